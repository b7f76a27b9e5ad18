/** Cases of known truth for the models that read texts, and how well the models do on them. For tests and the bench alone. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Behaviour } from './recognition/behaviour.ts'
import type { Finding } from './recognition/finding.ts'
import { type Listing, parseLine } from './recognition/line.ts'
import { listingModels } from './recognition/models.ts'

/**
 * `tuning`: read while the rules were written. `held-out`: written from its sources before the rules, and not read for them.
 * `published`: words as they stand in their sources, which nobody here wrote; collected when the rules were there, and not tuned on.
 * `gathered-tuning` and `gathered-held-out`: more of them, parted by the hash of the source's address before anything was tuned or trained on one.
 */
export type CasePart = 'tuning' | 'held-out' | 'published' | 'gathered-tuning' | 'gathered-held-out'

export interface TextCase {
  readonly behaviour: Behaviour
  /** Whether the listing should be a lead. */
  readonly lead: boolean
  /** Key of `sources.tsv`. */
  readonly source: string
  readonly listing: Listing
}

/** A share with its 95 % Wilson interval. */
export interface Share {
  readonly hits: number
  readonly of: number
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface Accuracy {
  readonly behaviour: Behaviour
  readonly recall: Share
  readonly precision: Share
  /** Honest listings that stay none. */
  readonly specificity: Share
  readonly missed: readonly TextCase[]
  readonly wrong: readonly (readonly [TextCase, Finding])[]
}

/** The keys of the recorded sources. */
export function caseSources(): Set<string> {
  return new Set(rows('sources.tsv').map(([key = '']) => key))
}

export function textCases(part: CasePart): TextCase[] {
  if (part === 'gathered-tuning' || part === 'gathered-held-out') {
    const addresses = new Map(rows('sources.tsv').map(([key = '', address = '']) => [key, address]))
    return casesOf('gathered').filter(({ source }) => partOf(addresses.get(source)!) === part)
  }
  return casesOf(part)
}

/** By the first byte of the SHA-256 of the address: even ones are tuned on, odd ones kept apart. */
function partOf(address: string): CasePart {
  const first = createHash('sha256').update(address).digest()[0]!
  return first % 2 === 0 ? 'gathered-tuning' : 'gathered-held-out'
}

function casesOf(file: string): TextCase[] {
  return rows(`${file}.tsv`).map(([behaviour, truth, source = '', title, description, more = '{}'], i) => ({
    behaviour: behaviour as Behaviour,
    lead: truth === 'lead',
    source,
    listing: parseLine(JSON.stringify({ id: `${file}-${i + 1}`, title, description, ...JSON.parse(more) })) as Listing,
  }))
}

/** How well the registered models do; the law is that of `date`. */
export function accuracyOf(behaviour: Behaviour, cases: readonly TextCase[], date: string): Accuracy {
  const missed: TextCase[] = []
  const wrong: [TextCase, Finding][] = []
  let [found, positives, negatives] = [0, 0, 0]
  for (const one of cases) {
    if (one.behaviour !== behaviour) continue
    const lead = listingModels
      .flatMap((model) => (model.behaviour === behaviour ? model.examine(one.listing, date) : []))
      .find(({ decision }) => decision === 'lead')
    if (one.lead) {
      positives++
      if (lead === undefined) missed.push(one)
      else found++
    } else {
      negatives++
      if (lead !== undefined) wrong.push([one, lead])
    }
  }
  return {
    behaviour,
    recall: shareOf(found, positives),
    precision: shareOf(found, found + wrong.length),
    specificity: shareOf(negatives - wrong.length, negatives),
    missed,
    wrong,
  }
}

/** Wilson's score interval at 95 %. */
export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { hits, of, value: 0, low: 0, high: 1 }
  const z = 1.959964
  const p = hits / of
  const middle = (p + z ** 2 / (2 * of)) / (1 + z ** 2 / of)
  const half = (z * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2))) / (1 + z ** 2 / of)
  return { hits, of, value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

function rows(file: string): string[][] {
  return readFileSync(new URL(`recognition/cases/${file}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}
