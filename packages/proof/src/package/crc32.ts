/** CRC-32 of ISO 3309 (polynomial 0xEDB88320 reflected), as APPNOTE.TXT 4.4.7 wants it; eight bytes a step. */
import type { Bytes } from '@mingzheng/kernel'

const TABLES = Array.from({ length: 8 }, () => new Int32Array(256))
for (let n = 0; n < 256; n++) {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  TABLES[0]![n] = c
}
for (let t = 1; t < 8; t++) {
  for (let n = 0; n < 256; n++) {
    const before = TABLES[t - 1]![n]!
    TABLES[t]![n] = (before >>> 8) ^ TABLES[0]![before & 0xff]!
  }
}
const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
]

/** CRC-32 of `bytes` as an unsigned number; pass the CRC of what came before to go on from it. */
export function crc32(bytes: Bytes, before = 0): number {
  let crc = ~before
  const whole = bytes.length & ~7
  let i = 0
  for (; i < whole; i += 8) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    crc =
      T7[low & 0xff]! ^
      T6[(low >>> 8) & 0xff]! ^
      T5[(low >>> 16) & 0xff]! ^
      T4[low >>> 24]! ^
      T3[bytes[i + 4]!]! ^
      T2[bytes[i + 5]!]! ^
      T1[bytes[i + 6]!]! ^
      T0[bytes[i + 7]!]!
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ T0[(crc ^ bytes[i]!) & 0xff]!
  return ~crc >>> 0
}
