/**
 * Masks an address so that only its owner recognizes it: `j•••@e•••.com`. A link may be forwarded
 * with its email, and a personal domain identifies its owner.
 */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const local = at < 0 ? address : address.slice(0, at)
  const domain = at < 0 ? '' : address.slice(at + 1)
  const dot = domain.lastIndexOf('.')
  const ending = dot < 0 ? '' : domain.slice(dot)
  return `${firstCharacter(local)}•••@${firstCharacter(domain)}•••${ending}`
}

function firstCharacter(text: string): string {
  return [...text][0] ?? ''
}
