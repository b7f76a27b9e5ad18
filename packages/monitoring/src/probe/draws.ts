/** Draws that follow from a secret: who has it repeats them, nobody else foresees them. HMAC-SHA-256 in counter mode. */
import { type Bytes, hmac, utf8 } from '@mingzheng/kernel'

export interface Draws {
  /** A whole number from 0 to below `n`, `n` up to 2^32. */
  below(n: number): number
  pick<T>(of: readonly T[]): T
  /** Whether something of this chance, 0 to 1, happens. */
  chance(of: number): boolean
}

/** The same secret and label, the same draws. */
export function drawsOf(secret: Bytes, label: string): Draws {
  let count = 0
  const next = (): number => {
    const block = hmac('sha256', secret, utf8(`mingzheng probe draw v1\n${label}\n${count++}`))
    return new DataView(block.buffer, block.byteOffset).getUint32(0)
  }
  const below = (n: number): number => {
    // What would make some numbers likelier than others is drawn again.
    const fair = 2 ** 32 - (2 ** 32 % n)
    for (;;) {
      const drawn = next()
      if (drawn < fair) return drawn % n
    }
  }
  return {
    below,
    pick: (of) => of[below(of.length)]!,
    chance: (of) => next() < of * 2 ** 32,
  }
}
