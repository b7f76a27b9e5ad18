/** An id of 16 bytes as a key of maps: one character a byte. Cheaper than hex, and never shown. */
import type { Bytes } from '@mingzheng/kernel'

export function idKey(id: Bytes): string {
  return String.fromCharCode.apply(null, id as unknown as number[])
}
