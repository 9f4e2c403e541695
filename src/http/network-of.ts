import { isIPv4, isIPv6 } from 'node:net'

/**
 * The network of an address: the IPv4 address itself, or the /64 of an IPv6 address. One customer has
 * at least a /64 and may use every address in it.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%')
  if (!isIPv6(bare)) return bare
  const mapped = bare.slice(bare.lastIndexOf(':') + 1)
  const groups = groupsOf(isIPv4(mapped) ? bare.replace(mapped, '0:0') : bare)
  const isMapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
  if (isMapped && isIPv4(mapped)) return mapped
  return groups
    .slice(0, 4)
    .map(group => group.toString(16))
    .join(':')
}

/** The eight groups of an IPv6 address, with `::` expanded. */
function groupsOf(address: string): number[] {
  const [before = [], after = []] = address.split('::').map(part =>
    part
      .split(':')
      .filter(Boolean)
      .map(group => Number.parseInt(group, 16)),
  )
  return [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill(0), ...after]
}
