/** Folds long runs of unchanged lines, leaving a few around each change. */
type Line = { kind: 'same' | 'removed' | 'added'; line: string }
export type FoldedLine = Line | { kind: 'folded'; count: number }

const AROUND = 3

export function foldSame(lines: readonly Line[]): FoldedLine[] {
  const near = new Set<number>()
  for (const [i, line] of lines.entries()) {
    if (line.kind === 'same') continue
    for (let at = i - AROUND; at <= i + AROUND; at += 1) near.add(at)
  }
  const out: FoldedLine[] = []
  for (const [i, line] of lines.entries()) {
    if (near.has(i)) {
      out.push(line)
      continue
    }
    const last = out.at(-1)
    if (last?.kind === 'folded') last.count += 1
    else out.push({ kind: 'folded', count: 1 })
  }
  return out
}
