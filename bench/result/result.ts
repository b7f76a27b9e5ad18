/** What a bench found. Every figure is compared with something measured in the same run, where there is such a thing. */
export interface BenchResult {
  readonly bench: string
  readonly figures: readonly Figure[]
}

/** What a bench may be told on the command line. */
export interface BenchOptions {
  /** How long it lasts; only for benches that last as long as one likes. */
  readonly minutes?: number | undefined
}

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What it is compared with, measured in the same run; `null` where there is nothing to compare with. */
  readonly reference: { readonly name: string; readonly value: number } | null
  /** `value / reference.value`. */
  readonly ratio: number | null
  /** The wish in words, such as `>= 30,000 items/s`. */
  readonly target: string | null
  /** Whether the wish is fulfilled; `null` where none is set. */
  readonly met: boolean | null
}
