/** A user of the host application. */
export interface DirectoryUser {
  userId: string
  /** The display name, or else the user name. */
  name: string
  username: string
  address: string
  createdAt: Date
}

export interface FoundUsers {
  people: DirectoryUser[]
  /** There are more than these. */
  more: boolean
  /** Whether texts inside of names were looked for, too; in a large host only beginnings are. */
  anywhere: boolean
}

export interface UserDirectory {
  /** By id, or by the beginning of the user name or the address, in any case of letters. */
  search(text: string, limit: number): Promise<FoundUsers>
  find(userId: string): Promise<DirectoryUser | null>
}
