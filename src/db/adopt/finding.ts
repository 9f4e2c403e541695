/** `impossible`: Tidings cannot work with it; `differs`: it can. */
export type Compatibility = 'fits' | 'differs' | 'impossible'

export type Aspect =
  | 'table'
  | 'column'
  | 'type'
  | 'collation'
  | 'default'
  | 'nullability'
  | 'unique'
  | 'foreign key'
  | 'enum values'

/** The result of one check against the contract. */
export interface Finding {
  table: string
  /** null if it is about the table. */
  column: string | null
  aspect: Aspect
  fit: Compatibility
  expected: string
  found: string
  /** What it means for Tidings. */
  note?: string
  /** SQL for the host's administrator that makes it fit. */
  fix?: string
}

/** The result of a check before its table and column are added. */
export type CheckResult = Pick<Finding, 'fit' | 'expected' | 'found' | 'note' | 'fix'>
