/** What this member has held after its last blocks, for others that compare. */
import type { Bytes } from '@mingzheng/kernel'

/** What a member holds after a block. */
export interface Position {
  readonly height: number
  readonly appHash: Bytes
}

const KEPT = 1024
const MOST_GIVEN = 64

export class PositionRing {
  #positions: Position[] = []

  add(position: Position): void {
    // A block that CometBFT gives again stands here already.
    if (position.height <= (this.newest?.height ?? -1)) return
    this.#positions.push(position)
    if (this.#positions.length >= 2 * KEPT) this.#positions = this.#positions.slice(-KEPT)
  }

  get newest(): Position | null {
    return this.#positions.at(-1) ?? null
  }

  /** From a height on, rising, at most 64. */
  from(height: number): Position[] {
    const kept = this.#positions.slice(-KEPT)
    const start = kept.findIndex((position) => position.height >= height)
    return start < 0 ? [] : kept.slice(start, start + MOST_GIVEN)
  }
}
