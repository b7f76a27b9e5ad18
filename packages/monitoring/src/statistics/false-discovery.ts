/** Benjamini and Hochberg (1995): adjusted p-values, in the order given; those at or below q have a false-discovery rate of at most q. */
export function adjustedForDiscovery(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((x, y) => p[y]! - p[x]!)
  const adjusted = new Array<number>(p.length)
  let least = 1
  order.forEach((i, above) => {
    least = Math.min(least, (p[i]! * p.length) / (p.length - above))
    adjusted[i] = least
  })
  return adjusted
}
