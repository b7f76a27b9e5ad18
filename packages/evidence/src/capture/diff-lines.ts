/** The shortest edit between two lists of lines (Myers, "An O(ND) Difference Algorithm", 1986), in bounded work. */
import type { TextChange } from './compare.ts'

/** Edits beyond which the middle is told as wholly replaced: work and memory grow with the square. */
const MOST_EDITS = 3_000

export function diffLines(before: readonly string[], after: readonly string[]): TextChange[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++
  }
  const middle = edit(before.slice(start, before.length - end), after.slice(start, after.length - end))
  const changes: TextChange[] = []
  const add = (kind: TextChange['kind'], lines: readonly string[]) => {
    if (lines.length === 0) return
    const last = changes.at(-1)
    if (last?.kind === kind) last.lines.push(...lines)
    else changes.push({ kind, lines: [...lines] })
  }
  add('same', before.slice(0, start))
  for (const [kind, line] of middle) add(kind, [line])
  add('same', before.slice(before.length - end))
  return changes
}

function edit(a: readonly string[], b: readonly string[]): [TextChange['kind'], string][] {
  const trace: Map<number, number>[] = []
  let reach = new Map<number, number>([[1, 0]])
  for (let d = 0; d <= Math.min(a.length + b.length, MOST_EDITS); d++) {
    trace.push(new Map(reach))
    const next = new Map(reach)
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      next.set(k, x)
      if (x >= a.length && x - k >= b.length) return backtrack(a, b, trace, d)
    }
    reach = next
  }
  return [
    ...a.map((line): [TextChange['kind'], string] => ['removed', line]),
    ...b.map((line): [TextChange['kind'], string] => ['added', line]),
  ]
}

function backtrack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly Map<number, number>[],
  depth: number,
): [TextChange['kind'], string][] {
  const out: [TextChange['kind'], string][] = []
  let x = a.length
  let y = b.length
  for (let d = depth; d >= 0; d--) {
    const reach = trace[d]!
    const k = x - y
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1))
    const before = down ? k + 1 : k - 1
    const fromX = d === 0 ? 0 : (reach.get(before) ?? 0)
    const fromY = d === 0 ? 0 : fromX - before
    while (x > fromX && y > fromY) {
      out.push(['same', a[x - 1]!])
      x--
      y--
    }
    if (d === 0) break
    if (down) out.push(['added', b[y - 1]!])
    else out.push(['removed', a[x - 1]!])
    x = fromX
    y = fromY
  }
  return out.reverse()
}
