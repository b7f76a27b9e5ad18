/**
 * Which addresses of the internet protocol are closed to a capture: everything that is not plainly public. Sources:
 * IANA special-purpose address registries (RFC 6890), RFC 6598 (carrier NAT), RFC 4291, RFC 6052 (NAT64).
 */
import { isIPv4, isIPv6 } from 'node:net'

/** Why an address is closed. */
export type ClosedNetwork =
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'carrier-nat'
  | 'multicast'
  | 'metadata'
  | 'unspecified'
  | 'reserved'
  | 'not-an-address'

type Range = readonly [prefix: readonly number[], bits: number, name: ClosedNetwork]

/** Services of cloud providers that hand out credentials and stand outside the ranges below. */
const METADATA_V4 = new Set(['169.254.169.254', '100.100.100.200', '168.63.129.16', '192.0.0.192'])

const CLOSED_V4: readonly Range[] = [
  [[0], 8, 'unspecified'],
  [[10], 8, 'private'],
  [[100, 64], 10, 'carrier-nat'],
  [[127], 8, 'loopback'],
  [[169, 254], 16, 'link-local'],
  [[172, 16], 12, 'private'],
  [[192, 0, 0], 24, 'reserved'],
  [[192, 0, 2], 24, 'reserved'],
  [[192, 88, 99], 24, 'reserved'],
  [[192, 168], 16, 'private'],
  [[198, 18], 15, 'reserved'],
  [[198, 51, 100], 24, 'reserved'],
  [[203, 0, 113], 24, 'reserved'],
  [[224], 4, 'multicast'],
  [[240], 4, 'reserved'],
]

const CLOSED_V6: readonly Range[] = [
  [[0xfc], 7, 'private'],
  [[0xfe, 0x80], 10, 'link-local'],
  [[0xfe, 0xc0], 10, 'private'],
  [[0xff], 8, 'multicast'],
  // Teredo and benchmarking, documentation: inside 2000::/3 but not the public internet.
  [[0x20, 0x01, 0x00, 0x00], 32, 'reserved'],
  [[0x20, 0x01, 0x00, 0x02, 0, 0], 48, 'reserved'],
  [[0x20, 0x01, 0x0d, 0xb8], 32, 'reserved'],
  [[0x3f, 0xff], 20, 'reserved'],
]

/** Why `address` (IPv4 or IPv6 text) may not be dialled, or `null` when it is public. What is no address is closed. */
export function closedNetwork(address: string): ClosedNetwork | null {
  if (isIPv4(address)) return closedV4(address.split('.').map(Number))
  if (isIPv6(address) && !address.includes('%')) return closedV6(bytesOfV6(address))
  return isIPv6(address) ? 'link-local' : 'not-an-address'
}

function closedV4(bytes: readonly number[]): ClosedNetwork | null {
  if (METADATA_V4.has(bytes.join('.'))) return 'metadata'
  return CLOSED_V4.find((range) => inRange(bytes, range))?.[2] ?? null
}

function closedV6(bytes: readonly number[]): ClosedNetwork | null {
  const embedded = embeddedV4(bytes)
  if (embedded !== null) return closedV4(embedded)
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return bytes[15] === 1 ? 'loopback' : 'unspecified'
  const named = CLOSED_V6.find((range) => inRange(bytes, range))
  if (named !== undefined) return named[2]
  // Only 2000::/3 is given out as public (RFC 4291, IANA).
  return (bytes[0]! & 0xe0) === 0x20 ? null : 'reserved'
}

/** The IPv4 address that an IPv6 address leads to: mapped, NAT64, 6to4. */
function embeddedV4(bytes: readonly number[]): number[] | null {
  const starts = (...prefix: number[]) => prefix.every((byte, i) => bytes[i] === byte)
  if (starts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)) return bytes.slice(12)
  if (starts(0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) return bytes.slice(12)
  if (starts(0x20, 0x02)) return bytes.slice(2, 6)
  return null
}

function inRange(bytes: readonly number[], [prefix, bits]: Range): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = 0xff & (0xff << Math.max(0, 8 - (bits - bit)))
    if ((bytes[bit / 8]! & mask) !== ((prefix[bit / 8] ?? 0) & mask)) return false
  }
  return true
}

function bytesOfV6(address: string): number[] {
  // The URL parser spells every IPv6 address in one way: hexadecimal groups, at most one `::`.
  const spelled = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [head = '', tail] = spelled.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  const all = [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back]
  return all.flatMap((group) => [group >> 8, group & 0xff])
}
