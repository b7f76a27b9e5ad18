/** Findings and leads: listed, opened, judged, captured in full, handed over. */
import { setTimeout as pause } from 'node:timers/promises'
import type { FindingView, LeadDetail } from '@mingzheng/api'
import { type CaptureRow, type EvidenceTables, insertCaptures } from '@mingzheng/evidence'
import { type Bytes, fromHex, isRefusal, type Refusal, refuse, utcText } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import {
  actOnLead,
  findLead,
  findLogo,
  findSnapshot,
  findStatement,
  type LeadAct,
  type LeadRow,
  listFindings,
  listLeadEvents,
  listLeads,
  lookAlikes,
  type MonitoringTables,
  picturesOf,
  pictureType,
} from '@mingzheng/monitoring'
import type { Transaction } from 'kysely'
import { bytesAnswer } from '../http/file-answer.ts'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { captureView } from '../views/evidence-view.ts'
import { statementAnswer } from '../views/statement-view.ts'
import { platformNames } from '../views/watch-sums.ts'
import { findingView, leadView, standingOf } from '../views/watch-view.ts'
import { checkAddresses, orderOf } from './capture-routes.ts'
import type { WatchRouteParts } from './watch-task-routes.ts'

type Names =
  | 'findings.list'
  | 'findings.events'
  | 'findings.statement'
  | 'findings.picture'
  | 'leads.list'
  | 'leads.read'
  | 'leads.dismiss'
  | 'leads.reopen'
  | 'leads.handOver'
  | 'leads.capture'
  | 'snapshots.body'

export interface LeadRouteParts extends WatchRouteParts {
  ledger: Pick<LedgerClient, 'receipt'>
  /** Hands captures to the workers; durable when `tx` commits. */
  enqueue(tx: Transaction<EvidenceTables>, captures: readonly Pick<CaptureRow, 'id' | 'runs'>[]): Promise<void>
  /** The bytes of a snapshot; null when they are not held. */
  body(sha256: Uint8Array): Promise<Bytes | null>
}

type Tx = Transaction<MonitoringTables>

const MONTH_MS = 30 * 86_400_000
const LOOK_MS = 1000
const missing = (): Refusal => refuse('not-found', 'there is no such lead, or it is not yours to see')

async function detailOf(tx: Tx, lead: LeadRow): Promise<LeadDetail> {
  const names = await platformNames(tx)
  const findings = await listFindings(tx, { lead: lead.id, since: lead.first_at, limit: 50 })
  const newest = findings.find(({ id }) => id === lead.finding_id) ?? findings[0]
  const listing = await tx.selectFrom('listing').select('facts').where('id', '=', lead.listing_id).executeTakeFirst()
  const prices = await tx
    .selectFrom('listing_fact')
    .select(['at', 'price', 'original_price'])
    .where('listing_id', '=', lead.listing_id)
    .orderBy('at', 'desc')
    .limit(500)
    .execute()
  const alike = await lookAlikes(tx, lead, 8)
  const events = await listLeadEvents(tx, lead.id)
  return {
    ...leadView(lead, names),
    findings: findings.map((row) => findingView(row, names)),
    snapshot: newest === undefined ? null : await snapshotOf(tx, newest),
    facts:
      listing === undefined
        ? null
        : { ...listing.facts, images: [...listing.facts.images], attributes: { ...listing.facts.attributes } },
    prices: prices.reverse().map(({ at, price, original_price }) => ({
      at: utcText(at.getTime()),
      price,
      originalPrice: original_price,
    })),
    shopHistory: await shopHistory(tx, lead, names),
    lookAlikes: alike.map((row) => leadView(row, names)),
    logos: newest === undefined ? [] : await logosOf(tx, newest.id),
    timeline: events.map(({ at, kind, actor, detail }) => ({ at: utcText(at.getTime()), kind, actor, detail })),
  }
}

async function snapshotOf(
  tx: Tx,
  finding: { snapshot_id: string; snapshot_at: Date },
): Promise<LeadDetail['snapshot']> {
  const row = await findSnapshot(tx, finding.snapshot_id, finding.snapshot_at)
  if (row === null) return null
  const fixing = await findStatement(tx, 'snapshot', row.id)
  const stated = fixing === null ? null : (JSON.parse(fixing.statement) as { bytes: number })
  return {
    id: row.id,
    at: utcText(row.at.getTime()),
    url: row.url,
    finalUrl: row.final_url,
    outcome: row.outcome,
    status: row.status,
    mediaType: row.media_type,
    bytes: stated?.bytes ?? null,
    sha256: row.body_sha256 === null ? null : Buffer.from(row.body_sha256).toString('hex'),
    standing: standingOf(fixing ?? { ledger_index: null, ledger_time: null }),
  }
}

/** Pictures that the finding's statement says show a logo. */
async function logosOf(tx: Tx, finding: string): Promise<LeadDetail['logos']> {
  const row = await findStatement(tx, 'finding', finding)
  const pictures = row === null ? [] : picturesOf(row.statement)
  const shown: LeadDetail['logos'] = []
  for (const { url, sha256, logo } of pictures) {
    if (logo === undefined) continue
    const known = await findLogo(tx, { sha256: logo.logo })
    const { brand, likeness, place } = logo
    shown.push({ finding, url, picture: sha256, brand, logo: known?.id ?? null, likeness, place: [...place] })
  }
  return shown
}

async function shopHistory(
  tx: Tx,
  lead: LeadRow,
  names: ReadonlyMap<string, string>,
): Promise<LeadDetail['shopHistory']> {
  if (lead.shop_id === null) return null
  const shop = await tx.selectFrom('shop').selectAll().where('id', '=', lead.shop_id).executeTakeFirst()
  if (shop === undefined) return null
  const { n } = await tx
    .selectFrom('listing')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('shop_id', '=', shop.id)
    .executeTakeFirstOrThrow()
  const others = await listLeads(tx, { shop: shop.id }, { limit: 20 })
  return {
    name: shop.name,
    operator: shop.operator,
    licence: shop.licence,
    firstAt: utcText(shop.first_at.getTime()),
    listings: Number(n),
    leads: isRefusal(others) ? [] : others.rows.filter(({ id }) => id !== lead.id).map((row) => leadView(row, names)),
  }
}

export function leadRoutes(parts: LeadRouteParts): Handlers<Person, Names> {
  const { as, clock } = parts
  const act = (person: Person, id: string, what: LeadAct) =>
    as(person, async (tx) => {
      const row = await actOnLead(tx, clock, person, id, what)
      if (row === null) return missing()
      return isRefusal(row) ? row : leadView(row, await platformNames(tx))
    })
  return {
    'findings.list': ({ query, principal }) =>
      as(principal, async (tx) => {
        const rows = await listFindings(tx, { ...query, since: new Date(clock.now() - MONTH_MS) })
        const names = await platformNames(tx)
        return { findings: rows.map((row) => findingView(row, names)) }
      }),
    'findings.events':
      ({ principal }) =>
      (signal) =>
        newFindings(parts, principal, signal),
    'findings.statement': ({ params, principal }) =>
      as(principal, async (tx) => {
        const row = await findStatement(tx, 'finding', params.id)
        return row === null ? refuse('not-found', 'this finding has no statement') : statementAnswer(parts.ledger, row)
      }),
    'findings.picture': async ({ params, principal }) => {
      const named = await as(principal, async (tx) => {
        const row = await findStatement(tx, 'finding', params.id)
        return row !== null && picturesOf(row.statement).some(({ sha256 }) => sha256 === params.sha256)
      })
      const bytes = named ? await parts.body(fromHex(params.sha256)) : null
      const mediaType = bytes === null ? null : pictureType(bytes)
      if (bytes === null || mediaType === null) return refuse('not-found', 'this finding names no such picture')
      return bytesAnswer(bytes, mediaType, { tag: params.sha256 })
    },
    'leads.list': ({ query, principal }) =>
      as(principal, async (tx) => {
        const { after, limit, from, to, ...filter } = query
        const bounds = {
          from: from === undefined ? undefined : new Date(from),
          to: to === undefined ? undefined : new Date(to),
        }
        const page = await listLeads(tx, { ...filter, ...bounds }, { after, limit })
        if (isRefusal(page)) return page
        const names = await platformNames(tx)
        return { ...page, rows: page.rows.map((row) => leadView(row, names)) }
      }),
    'leads.read': ({ params, principal }) =>
      as(principal, async (tx) => {
        const lead = await findLead(tx, params.id)
        return lead === null ? missing() : detailOf(tx, lead)
      }),
    'leads.dismiss': ({ params, body, principal }) =>
      act(principal, params.id, { kind: 'dismissed', detail: body.note, reason: body.reason }),
    'leads.reopen': ({ params, body, principal }) => act(principal, params.id, { kind: 'reopened', detail: body.note }),
    'leads.handOver': ({ params, body, principal }) =>
      act(principal, params.id, { kind: 'handed-over', detail: body.note }),
    'leads.capture': ({ params, body, principal }) =>
      as(principal, async (tx) => {
        const lead = await findLead(tx, params.id)
        if (lead === null) return missing()
        const urls = checkAddresses([lead.url], parts.demoDestination)
        if (isRefusal(urls)) return urls
        const cause = `监测线索 ${lead.id}`
        const wish = { cause, caseReference: body.caseReference, witness: '', secondOfficer: null }
        const order = await orderOf({ findOfficer: async () => null }, principal, wish, {
          recaptureOf: null,
          allowPrivate: false,
        })
        if (isRefusal(order)) return order
        const evidence = tx as unknown as Transaction<EvidenceTables>
        const { rows } = await insertCaptures(evidence, clock, order, [urls])
        await parts.enqueue(evidence, rows)
        await actOnLead(tx, clock, principal, lead.id, { kind: 'capture', detail: rows[0]!.id })
        return captureView(rows[0]!)
      }),
    'snapshots.body': async ({ params, principal }) => {
      const sha256 = Buffer.from(params.sha256, 'hex')
      const seen = await as(principal, (tx) =>
        tx.selectFrom('snapshot').select('id').where('body_sha256', '=', sha256).limit(1).executeTakeFirst(),
      )
      const body = seen === undefined ? null : await parts.body(sha256)
      if (body === null) return refuse('not-found', 'there is no such snapshot, or it is not yours to see')
      return {
        mediaType: 'application/octet-stream',
        bytes: body.length,
        tag: params.sha256,
        fileName: `snapshot-${params.sha256.slice(0, 16)}.bin`,
        open: async function* () {
          yield body
        },
      }
    },
  }
}

/** Findings as they appear: looks into the database, since watchers may be on other machines. */
async function* newFindings(
  { as, clock }: LeadRouteParts,
  person: Person,
  signal: AbortSignal,
): AsyncGenerator<FindingView> {
  const told = new Set<string>()
  let since = new Date(clock.now())
  while (!signal.aborted) {
    const views = await as(person, async (tx) => {
      const rows = await listFindings(tx, { since, limit: 50 })
      const names = rows.length === 0 ? new Map<string, string>() : await platformNames(tx)
      return rows.map((row) => findingView(row, names))
    })
    since = new Date(clock.now() - 10 * LOOK_MS)
    for (const view of views.reverse()) {
      if (told.has(view.id)) continue
      told.add(view.id)
      yield view
    }
    if (told.size > 2000) for (const id of [...told].slice(0, 1000)) told.delete(id)
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}
