/**
 * Words that an authority has named itself, with the law that it named: keyword groups, and goods of its register of what may not be
 * sold. They are read as the models' own words are, and the same circumstances and exemptions are tried.
 */
import { around, circumstances } from '../reading/context/context.ts'
import { type HowRead, Reader } from '../reading/read.ts'
import type { Behaviour } from '../recognition/behaviour.ts'
import type { Finding, WordGroup } from '../recognition/finding.ts'
import type { Listing } from '../recognition/line.ts'
import { STRENGTH } from '../recognition/text/lexicon.ts'
import { productClass } from '../recognition/text/product-class.ts'
import { type FieldText, textsOf } from '../recognition/text/texts.ts'
import { bareName } from '../registry/kinds.ts'

export interface WordFinder {
  /** The behaviours that its groups are about. */
  readonly behaviours: ReadonlySet<Behaviour>
  /** One finding a group, of its surest word. `lead`: the score from which a behaviour's finding is a lead. */
  find(listing: Listing, date: string, behaviour: Behaviour, lead: number): WordFinding[]
}

export interface WordFinding {
  readonly finding: Omit<Finding, 'model' | 'basis'>
  readonly group: WordGroup
}

/** An honest use keeps a trace, so that a reader sees what was tried. */
const EXEMPT = 0.12
const SHORTEST_BY_SOUND = 3
const NEAR = 16

export function wordFinder(groups: readonly WordGroup[]): WordFinder {
  const words = [...new Set(groups.flatMap((group) => group.words))]
  const groupsOf = words.map((word) => groups.filter((group) => group.words.includes(word)))
  let reader: Reader | null = null
  return {
    behaviours: new Set(groups.map(({ behaviour }) => behaviour)),
    find(listing, date, behaviour, lead) {
      reader ??= new Reader(words)
      const best = new Map<WordGroup, WordFinding>()
      for (const field of textsOf(listing)) {
        for (const hit of reader.read(field.text)) {
          const word = words[hit.word]!
          if (hit.how === 'sound' && word.length < SHORTEST_BY_SOUND) continue
          for (const group of groupsOf[hit.word]!) {
            if (group.behaviour !== behaviour || !inForce(group, date)) continue
            const finding = judge(listing, group, field, { ...hit, text: word }, lead)
            const other = best.get(group)
            if (other === undefined || finding.score > other.finding.score) best.set(group, { finding, group })
          }
        }
      }
      return [...best.values()]
    },
  }
}

const inForce = ({ from, until }: WordGroup, date: string) =>
  (from === null || from <= date) && (until === null || date < until)

function judge(
  listing: Listing,
  group: WordGroup,
  field: FieldText,
  hit: { start: number; end: number; how: HowRead; text: string },
  lead: number,
): WordFinding['finding'] {
  const written = field.text.slice(hit.start, hit.end)
  const exemption = exemptionOf(listing, group, field, hit)
  const score = exemption === null ? round(group.weight * STRENGTH[hit.how]) : EXEMPT
  const read = written === hit.text ? '' : `，读作“${hit.text}”`
  const from = group.source === 'group' ? `关键词组“${group.name}”` : `禁限售商品名录“${group.name}”`
  const tried = exemption ?? '已试例外用语、否定、引用、许可，均不适用'
  return {
    behaviour: group.behaviour,
    article: `${group.law} ${group.article}`.trim(),
    score,
    span: { field: field.field, start: hit.start, end: hit.end, text: written },
    reason: `“${written}”${read}：${from}；${tried}`,
    decision: exemption === null && score >= lead ? 'lead' : 'below threshold',
  }
}

const round = (score: number) => Math.round(score * 1000) / 1000

function exemptionOf(
  listing: Listing,
  group: WordGroup,
  field: FieldText,
  { start, end }: { start: number; end: number },
): string | null {
  const [before, after] = around(field.text, start, end)
  const near = `${before.slice(-NEAR)}${field.text.slice(start, end)}${after.slice(0, NEAR)}`
  const about = `${listing.title ?? ''} ${listing.category ?? ''}`
  const honest = group.exempt.find((word) => near.includes(word) || about.includes(word))
  if (honest !== undefined) return `属例外用语（“${honest}”），不作为线索`
  for (const { kind, text } of circumstances(field.text, start, end)) {
    if (kind === 'negation') return `否定（“${text}”），不作为线索`
    if (kind === 'quotation' || kind === 'title' || kind === 'law' || kind === 'warning')
      return `引用、提示（“${text}”），不作为线索`
  }
  if (productClass(listing) === 'publication') return '出版物，不作为线索'
  const licence = licenceOf(listing, group.licence)
  return licence === null ? null : `属性中有许可信息“${licence}”，须核对是否覆盖`
}

function licenceOf(listing: Listing, wanted: string): string | null {
  const words = bareName(wanted)
  if (words === '') return null
  for (const [name, value] of Object.entries(listing.attributes)) {
    if (typeof value !== 'string' || /^(?:无|没有|否|none|-)?$/i.test(value.trim())) continue
    if (bareName(`${name}${value}`).includes(words)) return `${name} ${value}`.slice(0, 80)
  }
  return null
}
