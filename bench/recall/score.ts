import type { Behaviour, Truth } from '@mingzheng/demo'

/** What the models said of a subject, the surest word of all its lines. */
export type Verdict = 'lead' | "can't decide" | 'below threshold'

/** A share with the Wilson interval of 95 %. */
export interface Share {
  readonly hits: number
  readonly of: number
  readonly value: number
  readonly low: number
  readonly high: number
}

const Z = 1.96

export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { hits, of, value: Number.NaN, low: 0, high: 1 }
  const p = hits / of
  const middle = p + Z ** 2 / (2 * of)
  const half = Z * Math.sqrt((p * (1 - p)) / of + Z ** 2 / (4 * of ** 2))
  const whole = 1 + Z ** 2 / of
  return { hits, of, value: p, low: (middle - half) / whole, high: (middle + half) / whole }
}

/** How a behaviour's leads compare with the truth. */
export interface Score {
  readonly behaviour: Behaviour
  readonly subjects: number
  readonly recall: Share
  readonly precision: Share
  /** True ones and others that the models said they cannot decide; the true ones count as missed. */
  readonly undecided: { readonly true: number; readonly other: number }
  /** Kinds (never texts) of what was missed and of what was wrongly reported, with how many of how many. */
  readonly missed: ReadonlyMap<string, readonly [missed: number, all: number]>
  readonly wrong: ReadonlyMap<string, number>
}

/** Compares verdicts by subject with the truth; subjects without a truth are ordinary. */
export function scoreOf(
  behaviour: Behaviour,
  subjects: number,
  truths: ReadonlyMap<string, Truth>,
  verdicts: ReadonlyMap<string, Verdict>,
): Score {
  const missed = new Map<string, [number, number]>()
  const wrong = new Map<string, number>()
  const undecided = { true: 0, other: 0 }
  let [found, all, leads] = [0, 0, 0]
  for (const [subject, { violates, kind, evasion }] of truths) {
    if (!violates) continue
    all += 1
    const name = evasion === null ? kind : `${kind}, ${evasion}`
    const row = missed.get(name) ?? [0, 0]
    row[1] += 1
    missed.set(name, row)
    const verdict = verdicts.get(subject)
    if (verdict === 'lead') {
      found += 1
      continue
    }
    row[0] += 1
    if (verdict === "can't decide") undecided.true += 1
  }
  for (const [subject, verdict] of verdicts) {
    const truth = truths.get(subject)
    if (truth?.violates === true) continue
    if (verdict === "can't decide") undecided.other += 1
    if (verdict !== 'lead') continue
    leads += 1
    const name = truth?.lookAlike ?? truth?.kind ?? 'ordinary'
    wrong.set(name, (wrong.get(name) ?? 0) + 1)
  }
  return {
    behaviour,
    subjects,
    recall: shareOf(found, all),
    precision: shareOf(found, found + leads),
    undecided,
    missed,
    wrong,
  }
}
