/**
 * The hashes of a tile and the nodes above them in one piece of memory: node 1 is the root, below node `n` are `2n` and `2n + 1`, and the
 * hashes stand last. Inner nodes are made when they are first asked for.
 */
import { type Bytes, digestInto } from '@mingzheng/kernel'
import { HASH_BYTES, type MerkleHash } from '@mingzheng/proof'

/** What is hashed for a node: one byte and the two below it (RFC 6962 2.1). One for all, since nothing waits in between. */
const input = new Uint8Array(1 + 2 * HASH_BYTES)
input[0] = 1

export class TileHeap {
  /** A power of two. */
  readonly width: number
  readonly #name: MerkleHash['name']
  readonly #nodes: Bytes
  readonly #made: Uint8Array

  /** `hashes` may be fewer than `width`: nodes above what is missing must not be asked for. */
  constructor(name: MerkleHash['name'], width: number, hashes: Bytes = new Uint8Array()) {
    this.width = width
    this.#name = name
    this.#nodes = new Uint8Array(2 * width * HASH_BYTES)
    this.#made = new Uint8Array(width)
    this.#nodes.set(hashes, width * HASH_BYTES)
  }

  /** Bytes of memory. */
  get weight(): number {
    return this.#nodes.length + this.width
  }

  set(at: number, hash: Bytes): void {
    this.#nodes.set(hash, (this.width + at) * HASH_BYTES)
  }

  /** A copy of the first `count` hashes. */
  hashes(count: number): Bytes {
    return this.#nodes.slice(this.width * HASH_BYTES, (this.width + count) * HASH_BYTES)
  }

  /** A copy of a node. */
  node(place: number): Bytes {
    this.#make(place)
    return this.#nodes.slice(place * HASH_BYTES, (place + 1) * HASH_BYTES)
  }

  #make(place: number): void {
    if (place >= this.width || this.#made[place] === 1) return
    this.#make(2 * place)
    this.#make(2 * place + 1)
    const from = 2 * place * HASH_BYTES
    for (let i = 0; i < 2 * HASH_BYTES; i++) input[1 + i] = this.#nodes[from + i]!
    digestInto(this.#name, input, this.#nodes, place * HASH_BYTES)
    this.#made[place] = 1
  }
}
