/** Messages that get damaged or forged on their way, by seed: what a parser of anything from outside must stand. */
import type { Bytes } from '../bytes.ts'
import { seededRandom } from './seeded-random.ts'

/** A number below another. */
export type Roll = (below: number) => number

/** Numbers that follow from a seed. */
export function seededRoll(seed: string): Roll {
  const random = seededRandom(seed)
  let pool: Bytes = new Uint8Array()
  let at = 0
  return (below) => {
    if (at + 4 > pool.length) {
      pool = random(1024)
      at = 0
    }
    const value = new DataView(pool.buffer, pool.byteOffset).getUint32(at)
    at += 4
    return value % below
  }
}

/** Something else than it was, or by chance the same: bits, bytes, digits, pieces lost, doubled, moved, cut off. */
export function damage(bytes: Bytes, roll: Roll): Bytes {
  const out = new Uint8Array(bytes)
  if (out.length === 0) return Uint8Array.of(roll(256))
  const at = roll(out.length)
  switch (roll(8)) {
    case 0:
      out[at]! ^= 1 << roll(8)
      return out
    case 1:
      out[at] = roll(256)
      return out
    case 2:
      return spliced(out, at, at, Uint8Array.of(roll(256)))
    case 3:
      return spliced(out, at, at + 1 + roll(40), new Uint8Array())
    case 4:
      out.copyWithin(at, roll(out.length), roll(out.length))
      return out
    case 5:
      return out.slice(0, at)
    case 6: {
      // A length, a size or a count that is far from the truth.
      const length = Math.min(1 + roll(8), out.length - at)
      out.fill(roll(2) === 0 ? 0xff : 0x00, at, at + length)
      return out
    }
    default: {
      const digits = [...out.keys()].filter((i) => out[i]! >= 0x30 && out[i]! <= 0x39)
      if (digits.length > 0) out[digits[roll(digits.length)]!] = 0x30 + roll(10)
      return out
    }
  }
}

function spliced(bytes: Bytes, from: number, to: number, by: Bytes): Bytes {
  const rest = bytes.subarray(Math.min(to, bytes.length))
  const out = new Uint8Array(from + by.length + rest.length)
  out.set(bytes.subarray(0, from))
  out.set(by, from)
  out.set(rest, from + by.length)
  return out
}
