/**
 * Computes a finding again: from the snapshot to the line, from the line to what the model of that version says, and from the statement
 * to the commitments in its entry. Needs nothing of the platform that made it; a check that cannot be made says so.
 */
import {
  type Bytes,
  canonicalJson,
  digestPair,
  equalBytes,
  fromBase64,
  type JsonValue,
  toHex,
  utf8,
} from '@mingzheng/kernel'
import { checkOpening, decodeEntry, decodeOpening } from '@mingzheng/proof'
import { z } from 'zod'
import { decodePage } from '../extraction/decode.ts'
import type { Page } from '../extraction/page.ts'
import type { Facts } from '../fact/facts.ts'
import { type ExaminedLine, lineOf, listingOf, type PictureText, type SeenPrice } from '../fact/line-of.ts'
import { mended } from '../fact/mended.ts'
import type { WordGroup } from '../recognition/finding.ts'
import type { ListingModel } from '../recognition/model.ts'
import { withValues } from '../recognition/thresholds.ts'
import { REGISTER_ATTRIBUTES } from '../registry/look-up.ts'
import { factsBy, readingOf } from '../rule/apply-rule.ts'
import type { CaptureRule } from '../rule/rule.ts'
import { wordFinder } from '../settings/word-findings.ts'
import { REPORTED_TYPE, readReported } from '../submission/reported-facts.ts'
import { documentPage } from '../watch/document.ts'
import { STATEMENT_DOMAINS } from './commit.ts'
import { checkPanel, type PanelGround } from './recompute-panel.ts'
import { type FindingStatement, findingStatementSchema } from './statement.ts'

export interface RecomputeCheck {
  readonly name: 'statement' | 'entry' | 'snapshot' | 'line' | 'model'
  readonly state: 'passed' | 'failed' | 'not checked'
  readonly detail: string
}

export interface Recomputation {
  /** `null` for what is no statement. */
  readonly statement: FindingStatement | null
  readonly checks: readonly RecomputeCheck[]
  /** Whether nothing failed and the model was asked. */
  readonly same: boolean
}

const bundleSchema = z.object({
  statement: z.string(),
  opening: z.string(),
  receipt: z.object({ entry: z.string() }).nullable(),
})

/** Without panels. */
const NO_PANELS: PanelGround = { models: [], lines: null }

/**
 * `file`: a statement, or what the interface answers for one. `body`: the snapshot's bytes, where there are any. `panels`: what
 * findings of models that look at many lines need.
 */
export function recompute(
  file: string,
  body: Bytes | null,
  models: readonly ListingModel[],
  panels: PanelGround = NO_PANELS,
): Recomputation {
  const { text, bundle } = unwrap(file)
  const statement = readStatement(text)
  if (statement === null) {
    const check = { name: 'statement', state: 'failed', detail: 'not a finding statement in canonical JSON' } as const
    return { statement: null, checks: [check], same: false }
  }
  const checks: RecomputeCheck[] = [
    { name: 'statement', state: 'passed', detail: `${statement.id}, ${statement.at}` },
    checkEntry(text, bundle),
    checkSnapshot(statement, body),
    checkLine(statement, body),
    checkModel(statement, models, panels),
  ]
  const same = checks.every(({ state }) => state !== 'failed') && checks.at(-1)!.state === 'passed'
  return { statement, checks, same }
}

type Bundle = z.output<typeof bundleSchema> | null

function unwrap(file: string): { text: string; bundle: Bundle } {
  try {
    const parsed = bundleSchema.safeParse(JSON.parse(file))
    if (parsed.success) return { text: parsed.data.statement, bundle: parsed.data }
  } catch {
    // What is no JSON is no statement either, and is said below.
  }
  return { text: file.trim(), bundle: null }
}

function readStatement(text: string): FindingStatement | null {
  try {
    const value = JSON.parse(text) as JsonValue
    if (canonicalJson(value) !== text) return null
    return findingStatementSchema.safeParse(value).data ?? null
  } catch {
    return null
  }
}

/** Whether the entry's commitments open to this statement. Where the entry stands is for the receipt to prove. */
function checkEntry(text: string, bundle: Bundle): RecomputeCheck {
  const name = 'entry'
  if (bundle === null || bundle.receipt === null) return { name, state: 'not checked', detail: 'no receipt was given' }
  try {
    const { kind, body } = decodeEntry(fromBase64(bundle.receipt.entry))
    const opening = decodeOpening(utf8(bundle.opening))
    const [c, s] = [body.c, body.s] as [Bytes, Bytes]
    const opens = checkOpening(opening, digestPair(utf8(text)), { sha256: c, sm3: s })
    const right =
      kind === 'monitoring.finding' && opening.domain === STATEMENT_DOMAINS.finding && opens.sha256 && opens.sm3
    if (right)
      return { name, state: 'passed', detail: `the entry commits to this statement (${toHex(c).slice(0, 16)})` }
  } catch {
    // Malformed proofs prove nothing.
  }
  return { name, state: 'failed', detail: 'the entry commits to another statement' }
}

function checkSnapshot({ inputs: { snapshot } }: FindingStatement, body: Bytes | null): RecomputeCheck {
  const name = 'snapshot'
  if (body === null) return { name, state: 'not checked', detail: 'no snapshot was given' }
  const digests = digestPair(body)
  const same = toHex(digests.sha256) === snapshot.sha256 && toHex(digests.sm3) === snapshot.sm3
  if (same && body.length === snapshot.bytes)
    return { name, state: 'passed', detail: `${body.length} bytes, SHA-256 and SM3` }
  return { name, state: 'failed', detail: 'these are other bytes than the statement names' }
}

/** Reads the page anew; prices seen before, words read in pictures and what registers said stay as stated. */
function checkLine({ inputs, date }: FindingStatement, body: Bytes | null): RecomputeCheck {
  const name = 'line'
  if (body === null) return { name, state: 'not checked', detail: 'no snapshot was given' }
  const stated = inputs.line as unknown as ExaminedLine
  const { snapshot } = inputs
  const { text } = decodePage(body, snapshot.charset)
  const read =
    snapshot.mediaType === REPORTED_TYPE
      ? readReported(text)
      : readRuled(documentPage(text, snapshot.mediaType), snapshot.finalUrl, inputs.rule ?? null)
  if (read === null) return { name, state: 'failed', detail: 'the snapshot shows no listing' }
  const facts = mended(read as unknown as JsonValue) as unknown as Facts
  const prices = ((stated.attributes.price_history ?? []) as { date: string; price: string }[]).map(
    ({ date: day, price }): SeenPrice => ({ day, price }),
  )
  const pictures = stated.images.filter((image): image is PictureText => typeof image !== 'string')
  const registered = Object.fromEntries(
    REGISTER_ATTRIBUTES.flatMap((name) =>
      stated.attributes[name] === undefined ? [] : [[name, stated.attributes[name]]],
    ),
  )
  const line = lineOf(stated.id, facts, date, prices, pictures)
  const made = mended({ ...line, attributes: { ...line.attributes, ...registered } } as unknown as JsonValue)
  const same = equalBytes(utf8(canonicalJson(made)), utf8(canonicalJson(inputs.line as JsonValue)))
  if (same)
    return {
      name,
      state: 'passed',
      detail: `${facts.title} (as stated: ${prices.length} prices seen before, words of ${pictures.length} pictures)`,
    }
  return { name, state: 'failed', detail: 'another line is read from the snapshot' }
}

const readRuled = (page: Page, url: string, rule: CaptureRule | null) => factsBy(page, url, readingOf(page, rule, url))

function checkModel(statement: FindingStatement, models: readonly ListingModel[], panels: PanelGround): RecomputeCheck {
  const { model, date, inputs, result } = statement
  const name = 'model'
  if (inputs.panel !== undefined) return checkPanel(statement, panels)
  if (inputs.basis?.words !== undefined) return checkWords(statement, inputs.basis.words)
  // A finding is named by what found it, which need not be the name of the behaviour.
  const own = models.find(({ behaviour }) => behaviour === result.behaviour)
  if (own === undefined || own.version !== model.version) {
    const have = own === undefined ? 'none' : `version ${own.version}`
    return { name, state: 'not checked', detail: `${model.name} version ${model.version} is needed; here is ${have}` }
  }
  const stated = canonicalJson(result as JsonValue)
  const listing = listingOf(inputs.line as unknown as ExaminedLine)
  const findings = withValues(own.thresholds, inputs.basis?.parameters ?? {}, () => own.examine(listing, date))
  const found = findings.some(
    ({ model: _, basis: __, ...made }) => canonicalJson(mended(made as unknown as JsonValue)) === stated,
  )
  if (found)
    return { name, state: 'passed', detail: `${model.name} ${model.version}: ${result.decision}, ${result.score}` }
  return { name, state: 'failed', detail: `${model.name} ${model.version} finds otherwise` }
}

/** Words of the authority's own: the statement holds them, so that nothing else is needed. */
function checkWords({ model, date, inputs, result }: FindingStatement, words: WordGroup): RecomputeCheck {
  const listing = listingOf(inputs.line as unknown as ExaminedLine)
  const lead = inputs.basis?.parameters?.lead ?? 1
  const stated = canonicalJson(result as JsonValue)
  const found = wordFinder([words])
    .find(listing, date, words.behaviour, lead)
    .some(({ finding }) => canonicalJson(mended(finding as unknown as JsonValue)) === stated)
  if (found) return { name: 'model', state: 'passed', detail: `${words.name}: ${result.decision}, ${result.score}` }
  return { name: 'model', state: 'failed', detail: `the words of ${words.name} (${model.name}) find otherwise` }
}
