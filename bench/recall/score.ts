import type { Behaviour, Truth } from '@mingzheng/demo'

/** What the models said of a subject, the surest word of all its lines. */
export type Verdict = 'lead' | "can't decide" | 'below threshold'

/** A share with the Wilson interval of 95 % over independent groups. */
export interface Share {
  readonly hits: number
  readonly of: number
  /** How many of those it is a share of are independent of each other. */
  readonly groups: number
  readonly value: number
  readonly low: number
  readonly high: number
}

const Z = 1.96

/** The interval is as wide as if of each group only one had been looked at: subjects that were drawn together tell no more than one. */
export function shareOf(hits: number, of: number, groups: number): Share {
  if (of === 0) return { hits, of, groups, value: Number.NaN, low: 0, high: 1 }
  const p = hits / of
  const middle = p + Z ** 2 / (2 * groups)
  const half = Z * Math.sqrt((p * (1 - p)) / groups + Z ** 2 / (4 * groups ** 2))
  const whole = 1 + Z ** 2 / groups
  const low = Math.max(0, (middle - half) / whole)
  return { hits, of, groups, value: p, low, high: Math.min(1, (middle + half) / whole) }
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

/** What is so of a market's subjects and what the models said of them. */
export interface Examined {
  /** Each subject with its group. */
  readonly groups: ReadonlyMap<string, string>
  /** Subjects without a truth are ordinary. */
  readonly truths: ReadonlyMap<string, Truth>
  readonly verdicts: ReadonlyMap<string, Verdict>
}

/** Counts of a behaviour over markets that were drawn independently of each other. */
export class Tally {
  readonly behaviour: Behaviour
  readonly #missed = new Map<string, [number, number]>()
  readonly #wrong = new Map<string, number>()
  readonly #trueGroups = new Set<string>()
  readonly #leadGroups = new Set<string>()
  readonly #undecided = { true: 0, other: 0 }
  readonly #counts = { subjects: 0, true: 0, found: 0, wrong: 0 }

  constructor(behaviour: Behaviour) {
    this.behaviour = behaviour
  }

  add(market: number, { groups, truths, verdicts }: Examined): void {
    this.#counts.subjects += groups.size
    const groupOf = (subject: string) => `${market} ${groups.get(subject) ?? subject}`
    for (const [subject, { violates, kind, evasion }] of truths) {
      if (!violates) continue
      this.#counts.true += 1
      this.#trueGroups.add(groupOf(subject))
      const verdict = verdicts.get(subject)
      const name = evasion === null ? kind : `${kind}, ${evasion}`
      const [missed, all] = this.#missed.get(name) ?? [0, 0]
      this.#missed.set(name, [verdict === 'lead' ? missed : missed + 1, all + 1])
      if (verdict === 'lead') this.#counts.found += 1
      else if (verdict === "can't decide") this.#undecided.true += 1
    }
    for (const [subject, verdict] of verdicts) {
      if (verdict === 'lead') this.#leadGroups.add(groupOf(subject))
      const truth = truths.get(subject)
      if (truth?.violates === true) continue
      if (verdict === "can't decide") this.#undecided.other += 1
      if (verdict !== 'lead') continue
      this.#counts.wrong += 1
      const name = truth?.lookAlike ?? truth?.kind ?? 'ordinary'
      this.#wrong.set(name, (this.#wrong.get(name) ?? 0) + 1)
    }
  }

  score(): Score {
    const { subjects, found, true: all, wrong } = this.#counts
    return {
      behaviour: this.behaviour,
      subjects,
      recall: shareOf(found, all, this.#trueGroups.size),
      precision: shareOf(found, found + wrong, this.#leadGroups.size),
      undecided: { ...this.#undecided },
      missed: this.#missed,
      wrong: this.#wrong,
    }
  }
}
