/**
 * Frames of an ABCI socket: an unsigned varint with the length, then so many bytes of protobuf. (Tendermint before 0.35 had a
 * zigzag varint.) Refuses by name what CometBFT never writes, before any memory is set aside for it.
 */
import type { Bytes } from '@mingzheng/kernel'

/** A block of 8 MiB and what is around it; nothing that CometBFT sends to an application of ours is longer. */
export const LONGEST_FRAME = 32 * 1024 * 1024
/** 5 bytes hold 35 bits; a longer prefix is no length. */
const LONGEST_PREFIX = 5

export class FrameError extends Error {}

export class FrameReader {
  readonly #longest: number
  #chunks: Bytes[] = []
  #have = 0

  constructor(longest = LONGEST_FRAME) {
    this.#longest = longest
  }

  /** The frames that are complete with this chunk. Bytes are joined once a frame, never once a chunk. Throws `FrameError`. */
  *push(chunk: Bytes): Generator<Bytes> {
    if (chunk.length > 0) this.#chunks.push(chunk)
    this.#have += chunk.length
    for (;;) {
      const head = this.#head()
      if (head === null || this.#have < head.prefix + head.length) return
      this.#take(head.prefix)
      yield this.#take(head.length)
    }
  }

  #head(): { prefix: number; length: number } | null {
    let length = 0
    let prefix = 0
    for (const chunk of this.#chunks) {
      for (const byte of chunk) {
        length += (byte & 0x7f) * 2 ** (7 * prefix)
        prefix++
        if (length > this.#longest) throw new FrameError(`a frame of ${length} bytes or more`)
        if (byte < 0x80) return { prefix, length }
        if (prefix === LONGEST_PREFIX) throw new FrameError('a length that does not end')
      }
    }
    return null
  }

  #take(length: number): Bytes {
    const parts: Bytes[] = []
    for (let need = length; need > 0; ) {
      const first = this.#chunks[0]!
      if (first.length <= need) {
        parts.push(first)
        this.#chunks.shift()
        need -= first.length
      } else {
        parts.push(first.subarray(0, need))
        this.#chunks[0] = first.subarray(need)
        need = 0
      }
    }
    this.#have -= length
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, length)
  }
}

/** The length before a frame. */
export function framePrefix(length: number): Bytes {
  const out: number[] = []
  let rest = length
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80)
  out.push(rest)
  return Uint8Array.from(out)
}
