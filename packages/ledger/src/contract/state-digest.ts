/**
 * Digest of the whole state that costs what changed: LtHash16 (Bellare and Micciancio 1997; Lewi et al., "Securing update
 * propagation with homomorphic hashing", 2019) over SHAKE128. It is a function of the state alone, not of its history, so
 * that a snapshot can be checked against it. docs/formats/transaction.md.
 */
import { createHash } from 'node:crypto'
import { type Bytes, concat, digest, utf8 } from '@mingzheng/kernel'
import { ledgerFailure } from '../failure-codes.ts'

/** Bytes of the running vector: 1,024 numbers of 16 bits, little-endian. */
export const VECTOR_BYTES = 2048
const DOMAIN = utf8('mingzheng state v1\n')

function element(key: string, value: Bytes): Uint16Array {
  const name = utf8(key)
  const length = Uint8Array.of(name.length >> 8, name.length & 0xff)
  const expanded = createHash('shake128', { outputLength: VECTOR_BYTES })
    .update(concat(DOMAIN, length, name, value))
    .digest()
  const numbers = new Uint16Array(VECTOR_BYTES / 2)
  for (let i = 0; i < numbers.length; i++) numbers[i] = expanded[2 * i]! | (expanded[2 * i + 1]! << 8)
  return numbers
}

/** The sum, modulo 2^16 in each place, of the expanded hashes of all pairs of key and value. */
export class StateDigest {
  readonly #sum = new Uint16Array(VECTOR_BYTES / 2)

  /** Of the empty state, or as stored by `vector`. */
  constructor(vector?: Bytes) {
    if (vector === undefined) return
    if (vector.length !== VECTOR_BYTES) throw ledgerFailure('log-corrupt', 'the stored state digest has a wrong length')
    for (let i = 0; i < this.#sum.length; i++) this.#sum[i] = vector[2 * i]! | (vector[2 * i + 1]! << 8)
  }

  /** One key changed; `undefined` means that it was or is not there. */
  change(key: string, before: Bytes | undefined, after: Bytes | undefined): void {
    if (before !== undefined) {
      const gone = element(key, before)
      for (let i = 0; i < gone.length; i++) this.#sum[i]! -= gone[i]!
    }
    if (after !== undefined) {
      const come = element(key, after)
      for (let i = 0; i < come.length; i++) this.#sum[i]! += come[i]!
    }
  }

  /** The state that has what both have; of states that share no key. */
  add(other: StateDigest): void {
    for (let i = 0; i < this.#sum.length; i++) this.#sum[i]! += other.#sum[i]!
  }

  vector(): Bytes {
    const out = new Uint8Array(VECTOR_BYTES)
    for (let i = 0; i < this.#sum.length; i++) {
      out[2 * i] = this.#sum[i]! & 0xff
      out[2 * i + 1] = this.#sum[i]! >> 8
    }
    return out
  }

  /** SHA-256 of the vector. */
  digest(): Bytes {
    return digest('sha256', this.vector())
  }
}
