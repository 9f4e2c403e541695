import { isIPv4, isIPv6 } from 'node:net'

/**
 * Whom an address belongs to: one IPv4 address, or a /64 of IPv6, which is what a single customer has at
 * the least and may take any address of.
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

/** The eight groups of an address, those that `::` stands for included. */
function groupsOf(address: string): number[] {
  const [before = [], after = []] = address.split('::').map(part =>
    part
      .split(':')
      .filter(Boolean)
      .map(group => Number.parseInt(group, 16)),
  )
  return [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill(0), ...after]
}
