/** The value below which a share of the values lies, between neighbours by line (type 7 of Hyndman and Fan 1996). NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = share * (sorted.length - 1)
  const low = Math.floor(at)
  const below = sorted[low]
  if (below === undefined) return Number.NaN
  return below + (at - low) * ((sorted[low + 1] ?? below) - below)
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Standard deviation (n - 1) over the mean. NaN of fewer than two. */
export function coefficientOfVariation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1)) / mean
}
