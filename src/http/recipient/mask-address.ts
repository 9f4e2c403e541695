/**
 * An address that its owner knows again and nobody else can use: `j•••@e•••.com`. A link may be
 * forwarded with its email, and a domain of one's own is as good as a name.
 */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const local = at < 0 ? address : address.slice(0, at)
  const domain = at < 0 ? '' : address.slice(at + 1)
  const dot = domain.lastIndexOf('.')
  const ending = dot < 0 ? '' : domain.slice(dot)
  return `${firstOf(local)}•••@${firstOf(domain)}•••${ending}`
}

function firstOf(text: string): string {
  return [...text][0] ?? ''
}
