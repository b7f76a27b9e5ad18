/** Evidence for signed-in people: list, detail, files, packages, reports, editions, views. Rows come through row security. */
import type { CaptureRow, EvidenceFilter, EvidenceTables } from '@mingzheng/evidence'
import {
  type EditionService,
  findEdition,
  findEvidence,
  findRecaptures,
  fixAgain,
  listEditions,
  listEvents,
  listEvidence,
  listViews,
  openPackage,
  recordEvent,
  removeView,
  saveView,
} from '@mingzheng/evidence'
import { type Clock, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import type { RandomAccess, Report } from '@mingzheng/proof'
import type { Kysely, Transaction } from 'kysely'
import type { FileAnswer } from '../http/file-answer.ts'
import type { Handlers } from '../http/handler.ts'
import { createOpenings } from '../openings.ts'
import type { Person } from '../person.ts'
import { evidenceExport } from '../views/evidence-export.ts'
import { evidenceDetailView, evidenceRowView } from '../views/evidence-view.ts'

type Names =
  | 'evidence.list'
  | 'evidence.export'
  | 'evidence.read'
  | 'evidence.timeline'
  | 'evidence.file'
  | 'evidence.package'
  | 'evidence.report'
  | 'evidence.replay'
  | 'evidence.edition'
  | 'evidence.fixAgain'
  | 'views.list'
  | 'views.save'
  | 'views.remove'

export interface EvidenceRouteParts {
  clock: Clock
  /** Runs in a transaction that sees what this person may see. */
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  /** The system's side, for looking up words. */
  system: Kysely<EvidenceTables>
  editions: EditionService
  /** Hands captures to the workers; durable when `tx` commits. */
  enqueue(tx: Transaction<EvidenceTables>, captures: readonly Pick<CaptureRow, 'id' | 'runs'>[]): Promise<void>
  openBlob(key: string): Promise<RandomAccess>
  report(key: string, signal: AbortSignal): Promise<Report>
  /** The package for a party, secrets masked, as a key in custody; made at the first wish. */
  maskedKey(parent: { number: string; edition: number; organisationId: string; blobKey: string }): Promise<string>
  replayAddress(number: string, edition: number, path: string, url: string, at: Date): string | null
}

interface ListQuery {
  q?: string | undefined
  host?: string | undefined
  officer?: string | undefined
  unit?: string | undefined
  caseReference?: string | undefined
  state?: EvidenceFilter['state']
  complete?: 'yes' | 'no' | undefined
  demo?: 'yes' | 'no' | undefined
  from?: string | undefined
  to?: string | undefined
}

const yes = (value: 'yes' | 'no' | undefined) => (value === undefined ? undefined : value === 'yes')
const date = (value: string | undefined) => (value === undefined ? undefined : new Date(value))

export function filterOf(query: ListQuery): EvidenceFilter {
  const { q, host, officer, unit, caseReference, state } = query
  return {
    q,
    host,
    officer,
    unit,
    caseReference,
    state,
    complete: yes(query.complete),
    demo: yes(query.demo),
    from: date(query.from),
    to: date(query.to),
  }
}

const missing = (): Refusal => refuse('not-found', 'there is no such evidence, or it is not yours to see')

export function evidenceRoutes(parts: EvidenceRouteParts): Handlers<Person, Names> {
  const { clock } = parts
  const openings = createOpenings(() => performance.now())
  const opened = (tx: Transaction<EvidenceTables>, person: Person, number: string, kind: string, detail: string) =>
    recordEvent(tx, {
      number,
      organisation_id: person.organisationId,
      at: new Date(clock.now()),
      kind,
      actor: person.name,
      detail,
      ledger_index: null,
    })

  const detail = (person: Person, number: string) =>
    parts.as(person, async (tx) => {
      const row = await findEvidence(tx, number)
      if (row === null) return missing()
      return evidenceDetailView(row, await listEditions(tx, number), await findRecaptures(tx, number))
    })

  /** The edition that a person may see; its row in `evidence` decides, under row security. */
  const edition = (person: Person, number: string, wanted: number | undefined) =>
    parts.as(person, async (tx) => {
      if ((await findEvidence(tx, number)) === null) return missing()
      const found = await findEdition(tx, number, wanted)
      return found ?? refuse('not-fixed-yet', 'this edition is not fixed yet; try again in a moment')
    })

  return {
    'evidence.list': async ({ query, principal }) => {
      const page = await parts.as(principal, (tx) =>
        listEvidence({ people: tx, system: parts.system, scope: principal }, filterOf(query), {
          after: query.after,
          before: query.before,
          at: date(query.at),
          limit: query.limit,
        }),
      )
      return isRefusal(page) ? page : { ...page, rows: page.rows.map(evidenceRowView) }
    },
    'evidence.export': ({ query, principal }) =>
      evidenceExport(query.format, (fn) => parts.as(principal, fn), parts.system, principal, filterOf(query)),
    'evidence.read': async ({ params, principal }) => {
      const answer = await detail(principal, params.number)
      if (isRefusal(answer)) return answer
      if (!openings.opens(principal.userId, params.number)) return answer
      try {
        await parts.as(principal, (tx) => opened(tx, principal, params.number, 'opened', ''))
      } catch (error) {
        openings.forget(principal.userId, params.number)
        throw error
      }
      return answer
    },
    'evidence.timeline': async ({ params, principal }) =>
      parts.as(principal, async (tx) => {
        if ((await findEvidence(tx, params.number)) === null) return missing()
        const events = await listEvents(tx, params.number)
        return {
          events: events.map(({ at, kind, actor, detail: text, ledger_index }) => ({
            at: at.toISOString(),
            kind,
            actor,
            detail: text,
            index: ledger_index === null ? null : Number(ledger_index),
          })),
        }
      }),
    'evidence.file': async ({ params, query, principal }) => {
      const found = await edition(principal, params.number, query.edition)
      if (isRefusal(found)) return found
      const opening = await openPackage(await parts.openBlob(found.blob_key))
      const member = opening.find(query.path)
      if (member === null) return refuse('not-found', 'the package has no such file', { field: 'path' })
      const listed = found.files.find((file) => file.path === query.path)
      const answer: FileAnswer = {
        mediaType: listed?.mediaType ?? mediaTypeOf(query.path),
        bytes: member.bytes,
        tag: `${found.package_sha256}-${member.crc32}`,
        cache: 'private, max-age=3600',
        open: (range) => opening.stream(member, range),
      }
      return answer
    },
    'evidence.package': async ({ params, query, principal }) => {
      const found = await edition(principal, params.number, query.edition)
      if (isRefusal(found)) return found
      const masked = query.variant === 'masked'
      const key = masked
        ? await parts.maskedKey({
            number: params.number,
            edition: found.edition,
            organisationId: principal.organisationId,
            blobKey: found.blob_key,
          })
        : found.blob_key
      const source = await parts.openBlob(key)
      await parts.as(principal, (tx) => opened(tx, principal, params.number, 'downloaded', query.variant))
      const suffix = `${found.edition === 1 ? '' : `-e${found.edition}`}${masked ? '-masked' : ''}`
      return packageAnswer(source, `${params.number}${suffix}.zip`)
    },
    'evidence.report': async ({ params, query, principal, signal }) => {
      const found = await edition(principal, params.number, query.edition)
      if (isRefusal(found)) return found
      return (await parts.report(found.blob_key, signal)) as unknown as {
        version: number
        verdict: string
        checks: unknown[]
      }
    },
    'evidence.replay': async ({ params, principal }) => {
      const found = await edition(principal, params.number, undefined)
      if (isRefusal(found)) return found
      const archive = found.files.find((file) => file.role === 'archive')
      const row = await parts.as(principal, (tx) => findEvidence(tx, params.number))
      if (archive === undefined || row === null) return refuse('not-found', 'this evidence has no archive to replay')
      const page = row.facts.pages[0]?.finalUrl ?? row.url
      const url = parts.replayAddress(params.number, found.edition, archive.path, page, row.captured_at)
      return url === null ? refuse('not-found', 'replay is not available here') : { url }
    },
    'evidence.edition': async ({ params, body, principal }) => {
      const visible = await detail(principal, params.number)
      if (isRefusal(visible)) return visible
      const made = await parts.editions.add(params.number, body, {
        organisationId: principal.organisationId,
        officerId: principal.officerId,
        name: principal.name,
        cardNumber: principal.cardNumber,
      })
      return isRefusal(made) ? made : detail(principal, params.number)
    },
    'evidence.fixAgain': async ({ params, principal }) => {
      const refused = await parts.as(principal, async (tx) => {
        if ((await findEvidence(tx, params.number)) === null) return missing()
        const capture = await fixAgain(tx, params.number, { name: principal.name, at: new Date(clock.now()) })
        if (isRefusal(capture)) return capture
        await parts.enqueue(tx, [capture])
        return null
      })
      return refused ?? detail(principal, params.number)
    },
    'views.list': async ({ principal }) => ({ views: await parts.as(principal, (tx) => listViews(tx, principal)) }),
    'views.save': ({ body, principal }) => parts.as(principal, (tx) => saveView(tx, principal, body, clock)),
    'views.remove': async ({ params, principal }) => {
      const removed = await parts.as(principal, (tx) => removeView(tx, principal, params.id))
      return removed ? undefined : refuse('not-found', 'there is no such view')
    },
  }
}

/** Types of the members outside `data/`, which no manifest lists. */
function mediaTypeOf(path: string): string {
  if (path.endsWith('.pdf')) return 'application/pdf'
  if (path.endsWith('.json')) return 'application/json'
  return 'application/octet-stream'
}

/** A package as a download with ranges. */
export function packageAnswer(source: RandomAccess, fileName: string): FileAnswer {
  const chunk = 1 << 20
  return {
    mediaType: 'application/zip',
    bytes: source.size,
    fileName,
    open: async function* ({ start, end } = { start: 0, end: source.size - 1 }) {
      for (let at = start; at <= end; at += chunk) yield await source.read(at, Math.min(chunk, end + 1 - at))
    },
  }
}
