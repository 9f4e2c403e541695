/** A value that only the database could tell to be wrong; the message names the option. */
export class WrongValue extends Error {}
