/** SM3 (GB/T 32905-2016) for browsers, as a Merkle-Damgard hash over noble's block machinery. */
import { HashMD } from '@noble/hashes/_md.js'

const rotate = (x: number, n: number) => (x << (n % 32)) | (x >>> ((32 - n) % 32))
const INITIAL = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]
/** T_j rotated by j, section 4.2 and 5.3.3: constant over all blocks. */
const ROUND = Int32Array.from({ length: 64 }, (_, j) => rotate(j < 16 ? 0x79cc4519 : 0x7a879d8a, j))
const W = new Int32Array(68)

export class Sm3 extends HashMD<Sm3> {
  private readonly state = Int32Array.from(INITIAL)

  constructor() {
    super(64, 32, 8, false)
  }

  protected get(): number[] {
    return [...this.state]
  }

  protected set(...words: number[]): void {
    this.state.set(words)
  }

  protected process(view: DataView, start: number): void {
    for (let j = 0; j < 16; j++) W[j] = view.getInt32(start + 4 * j)
    for (let j = 16; j < 68; j++) {
      const x = W[j - 16]! ^ W[j - 9]! ^ rotate(W[j - 3]!, 15)
      W[j] = x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(W[j - 13]!, 7) ^ W[j - 6]!
    }
    let [a, b, c, d, e, f, g, h] = this.state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    for (let j = 0; j < 64; j++) {
      const a12 = rotate(a, 12)
      const ss1 = rotate((a12 + e + ROUND[j]!) | 0, 7)
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g)
      const tt1 = (ff + d + (ss1 ^ a12) + (W[j]! ^ W[j + 4]!)) | 0
      const tt2 = (gg + h + ss1 + W[j]!) | 0
      d = c
      c = rotate(b, 9)
      b = a
      a = tt1
      h = g
      g = rotate(f, 19)
      f = e
      e = tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17)
    }
    const next = [a, b, c, d, e, f, g, h]
    for (let i = 0; i < 8; i++) this.state[i]! ^= next[i]!
  }

  protected roundClean(): void {
    W.fill(0)
  }

  destroy(): void {
    this.state.fill(0)
  }

  _cloneInto(to: Sm3 = new Sm3()): Sm3 {
    to.set(...this.get())
    to.buffer.set(this.buffer)
    to.length = this.length
    to.pos = this.pos
    to.finished = this.finished
    to.destroyed = this.destroyed
    return to
  }
}
