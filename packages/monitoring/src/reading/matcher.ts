/**
 * Finds every occurrence of many patterns in a text, overlapping ones too. Every position is asked whether its two characters
 * begin a pattern, by a table that fits the processor's cache; only then a trie is walked. A position costs at most the
 * longest pattern, whatever the text.
 */
import { Failure } from '@mingzheng/kernel'

/** Longest pattern, in UTF-16 code units. */
export const LONGEST_PATTERN = 64

/** Number of the pattern, and the span `[start, end)` in code units of what was scanned. */
export type OnMatch = (pattern: number, start: number, end: number) => void

const FILTER_BITS = 20
const ONE = 1
const MORE = 2

/** A set of patterns, made once. Throws `pattern-malformed` for an empty or too long one, with its number. */
export class Matcher {
  /** By first code unit: whether it is a pattern, whether it begins a longer one. */
  readonly #first = new Uint8Array(65_536)
  readonly #filter = new Int32Array(1 << (FILTER_BITS - 5))
  /** Edges of the trie by open addressing: (node, unit) to node. */
  #edgeKeys: Float64Array
  #edgeNodes: Int32Array
  #edgeMask: number
  /** Per node the first of its patterns, and per pattern the next of the same text; -1 ends. */
  readonly #patternOf: Int32Array
  readonly #nextSame: Int32Array
  #nodes = 1

  constructor(patterns: readonly string[]) {
    const edges = patterns.reduce((sum, pattern) => sum + pattern.length, 1)
    const capacity = 1 << Math.ceil(Math.log2(2 * edges + 2))
    this.#edgeKeys = new Float64Array(capacity).fill(-1)
    this.#edgeNodes = new Int32Array(capacity)
    this.#edgeMask = capacity - 1
    this.#patternOf = new Int32Array(edges + 1).fill(-1)
    this.#nextSame = new Int32Array(patterns.length).fill(-1)
    patterns.forEach((pattern, number) => {
      this.#add(pattern, number)
    })
  }

  #add(pattern: string, number: number): void {
    if (pattern.length === 0 || pattern.length > LONGEST_PATTERN) {
      throw new Failure('pattern-malformed', `pattern ${number} has ${pattern.length} characters`, {
        field: String(number),
        remedy: `a pattern has 1 to ${LONGEST_PATTERN} characters`,
      })
    }
    const first = pattern.charCodeAt(0)
    this.#first[first]! |= pattern.length === 1 ? ONE : MORE
    if (pattern.length > 1) {
      const bit = filterBit(first, pattern.charCodeAt(1))
      this.#filter[bit >>> 5]! |= 1 << (bit & 31)
    }
    let node = 0
    for (let i = 0; i < pattern.length; i++) {
      const at = this.#slot(node, pattern.charCodeAt(i))
      if (this.#edgeKeys[at] === -1) {
        this.#edgeKeys[at] = node * 65_536 + pattern.charCodeAt(i)
        this.#edgeNodes[at] = this.#nodes++
      }
      node = this.#edgeNodes[at]!
    }
    this.#nextSame[number] = this.#patternOf[node]!
    this.#patternOf[node] = number
  }

  /** Where the edge is, or where it would be put. */
  #slot(node: number, unit: number): number {
    const key = node * 65_536 + unit
    let at = (Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 7
    for (at &= this.#edgeMask; ; at = (at + 1) & this.#edgeMask) {
      const there = this.#edgeKeys[at]!
      if (there === key || there === -1) return at
    }
  }

  /** Tells every occurrence in the first `length` code units, by start, the shorter first. */
  scan(units: Uint16Array, length: number, onMatch: OnMatch): void {
    const first = this.#first
    const filter = this.#filter
    for (let i = 0; i < length; i++) {
      const unit = units[i]!
      const begins = first[unit]!
      if (begins === 0) continue
      if (begins === MORE) {
        if (i + 1 >= length) continue
        const bit = filterBit(unit, units[i + 1]!)
        if ((filter[bit >>> 5]! & (1 << (bit & 31))) === 0) continue
      }
      this.#walk(units, i, length, onMatch)
    }
  }

  #walk(units: Uint16Array, start: number, length: number, onMatch: OnMatch): void {
    const keys = this.#edgeKeys
    let node = 0
    for (let i = start; i < length; i++) {
      const at = this.#slot(node, units[i]!)
      if (keys[at] === -1) return
      node = this.#edgeNodes[at]!
      for (let found = this.#patternOf[node]!; found !== -1; found = this.#nextSame[found]!) {
        onMatch(found, start, i + 1)
      }
    }
  }
}

function filterBit(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) >>> (32 - FILTER_BITS)
}
