/** A user of the host application. */
export interface DirectoryUser {
  userId: string
  /** The display name, or else the user name. */
  name: string
  username: string
  address: string
  createdAt: Date | null
}

export interface FoundUsers {
  people: DirectoryUser[]
  /** Whether more users match. */
  more: boolean
  /** Whether the search also matched inside names; on a large host it matches only beginnings. */
  anywhere: boolean
}

export interface UserDirectory {
  /** Finds users by id or by the beginning of the user name or address, ignoring case. */
  search(text: string, limit: number): Promise<FoundUsers>
  find(userId: string): Promise<DirectoryUser | null>
}
