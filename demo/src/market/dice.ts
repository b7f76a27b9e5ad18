/** Numbers that follow from a seed and a place: the same place gives the same row, whatever was asked before. Not for secrets. */
export class Dice {
  #state: number

  constructor(seed: string, tag: string, index = 0) {
    this.#state = mix(hashOf(tag, hashOf(seed, 2166136261)) ^ mix(index + 0x9e3779b9))
  }

  /** A number from 0 (included) to 1 (excluded). */
  roll(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    return (mix(this.#state) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    return Math.floor(this.roll() * bound)
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  chance(probability: number): boolean {
    return this.roll() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** Some members of a list, each once, in the order drawn. */
  some<T>(list: readonly T[], count: number): T[] {
    const left = [...list]
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.below(left.length), 1)[0]!)
  }

  /** A number with mean 0 and standard deviation 1 (Box-Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.roll())) * Math.cos(2 * Math.PI * this.roll())
  }

  /** A number spread evenly on a logarithmic scale. */
  scaled(low: number, high: number): number {
    return low * (high / low) ** this.roll()
  }
}

// FNV-1a over UTF-16 units.
function hashOf(text: string, start: number): number {
  let hash = start
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619)
  return hash
}

// The finaliser of MurmurHash3: neighbouring numbers come out unrelated.
function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}
