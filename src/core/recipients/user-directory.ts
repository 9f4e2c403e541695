/** A user of the host application. */
export interface Person {
  userId: string
  /** The display name, or else the user name. */
  name: string
  username: string
  address: string
  createdAt: Date
}

export interface FoundPeople {
  people: Person[]
  /** There are more than these. */
  more: boolean
  /** Whether texts inside of names were looked for, too; in a large host only beginnings are. */
  anywhere: boolean
}

export interface People {
  /** By id, or by the beginning of the user name or the address, in any case of letters. */
  search(text: string, limit: number): Promise<FoundPeople>
  find(userId: string): Promise<Person | null>
}
