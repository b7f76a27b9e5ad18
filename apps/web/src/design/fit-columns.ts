/** Which columns of a table have room. */

interface Sized {
  /** CSS grid track: `120px` or `minmax(160px, 2fr)`. */
  track: string
  /** How readily it gives way: the highest goes first; without one it always stays. */
  rank?: number
}

const GAP = 14
const PADDING = 32

/** The least width of a track, px. */
export function leastWidth(track: string): number {
  return Number(/(\d+)px/.exec(track)?.[1] ?? 0)
}

/** The columns that fit in `width` px beside `before` px of other things; those of the highest rank give way first. */
export function fitColumns<C extends Sized>(columns: readonly C[], width: number, before = 0): C[] {
  const kept = [...columns]
  const needed = () => {
    const gaps = GAP * (kept.length - (before > 0 ? 0 : 1))
    return kept.reduce((sum, column) => sum + leastWidth(column.track), before + PADDING + gaps)
  }
  while (needed() > width) {
    const highest = Math.max(...kept.map((column) => column.rank ?? 0))
    if (highest <= 0) break
    kept.splice(
      kept.findLastIndex((column) => column.rank === highest),
      1,
    )
  }
  return kept
}
