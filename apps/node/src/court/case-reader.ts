/** The case index as the court has it: pieces that regulators sealed to it, opened here and nowhere else. */
import { caseIndexTag, decodeCaseIndex, foldCaseNumber } from '@mingzheng/evidence/contract'
import { type Bytes, concat, equalBytes, toHex } from '@mingzheng/kernel'
import type { Custodian } from '../custody/custodian.ts'

/** A certificate of a case, in its newest edition. */
export interface CaseEntry {
  readonly number: string
  readonly edition: number
}

/** A piece is small; what is larger is none. */
const LARGEST_PIECE = 16 * 1024 * 1024

export class CaseReader {
  readonly #custodian: Pick<Custodian, 'holdings' | 'open'>
  readonly #tag: Bytes
  readonly #origin: string
  readonly #onError: (error: unknown) => void
  /** Pieces never change: each is read once. */
  readonly #read = new Set<string>()
  readonly #cases = new Map<string, Map<string, number>>()

  constructor(custodian: Pick<Custodian, 'holdings' | 'open'>, origin: string, onError: (error: unknown) => void) {
    this.#custodian = custodian
    this.#origin = origin
    this.#tag = caseIndexTag(origin)
    this.#onError = onError
  }

  /** Certificates of a case, by number; empty where no regulator has told of it. */
  async find(caseNumber: string): Promise<CaseEntry[]> {
    await this.#readNew()
    const found = this.#cases.get(foldCaseNumber(caseNumber)) ?? new Map<string, number>()
    return [...found].map(([number, edition]) => ({ number, edition })).sort((a, b) => (a.number < b.number ? -1 : 1))
  }

  async #readNew(): Promise<void> {
    for (const row of this.#custodian.holdings()) {
      const name = toHex(row.id)
      if (this.#read.has(name) || !equalBytes(row.number, this.#tag)) continue
      if (row.state !== 'held' && row.state !== 'released') continue
      try {
        await this.#take(row.id)
        this.#read.add(name)
      } catch (error) {
        // A piece that is not one must not hide the others.
        this.#onError(error)
        this.#read.add(name)
      }
    }
  }

  async #take(holding: Bytes): Promise<void> {
    const chunks: Bytes[] = []
    let have = 0
    for await (const chunk of this.#custodian.open(holding)) {
      have += chunk.length
      if (have > LARGEST_PIECE) throw new Error('the piece is too large')
      chunks.push(chunk)
    }
    const { origin, entries } = decodeCaseIndex(concat(...chunks))
    if (origin !== this.#origin) throw new Error('the piece is of another log')
    for (const { case: name, number, edition } of entries) {
      const key = foldCaseNumber(name)
      const numbers = this.#cases.get(key) ?? new Map<string, number>()
      numbers.set(number, Math.max(edition, numbers.get(number) ?? 0))
      this.#cases.set(key, numbers)
    }
  }
}
