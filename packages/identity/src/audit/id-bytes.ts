/** The 16 bytes that an id's 26 characters spell (ULID: Crockford base32, most significant first). */
import type { Bytes, Id } from '@mingzheng/kernel'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export function idBytes(id: Id): Bytes {
  let value = 0n
  for (const character of id) value = (value << 5n) | BigInt(ALPHABET.indexOf(character))
  const bytes = new Uint8Array(16)
  for (let i = 15; i >= 0; i--) {
    bytes[i] = Number(value & 255n)
    value >>= 8n
  }
  return bytes
}
