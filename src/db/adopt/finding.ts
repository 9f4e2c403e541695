/** `impossible`: Tidings cannot work with it; `differs`: it can, as it is. */
export type Compatibility = 'fits' | 'differs' | 'impossible'

export type Aspect =
  | 'table'
  | 'column'
  | 'type'
  | 'default'
  | 'nullability'
  | 'unique'
  | 'foreign key'
  | 'enum values'

/** One thing that was looked at, against the contract. */
export interface Finding {
  table: string
  /** null where it is about the table. */
  column: string | null
  aspect: Aspect
  fit: Compatibility
  expected: string
  found: string
  /** What it means for Tidings. */
  note?: string
  /** SQL, to be run by whoever answers for the host, after which it fits. */
  fix?: string
}

/** What was found of one aspect, before it is known whose it is. */
export type CheckResult = Pick<Finding, 'fit' | 'expected' | 'found' | 'note' | 'fix'>
