const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Accepts any version of UUID, in upper or lower case. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
