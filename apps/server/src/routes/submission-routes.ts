/** What is handed in: reports of platforms by API key, files of analysts, and what the public says. */
import type { SubmissionView } from '@mingzheng/api'
import { recordAct } from '@mingzheng/identity'
import { type Bytes, isRefusal, newId, type Refusal, refuse } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import {
  addSubmission,
  findStatement,
  findSubmission,
  judgeSender,
  listOpinions,
  listSubmissionProblems,
  listSubmissions,
  type MonitoringTables,
  opinionSums,
  rowJsonSchema,
  type SubmissionRow,
  submissionFormat,
} from '@mingzheng/monitoring'
import type { BlobStore } from '@mingzheng/storage'
import type { FastifyRequest } from 'fastify'
import type { Kysely, Transaction } from 'kysely'
import { bodyOf, type Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { statementAnswer } from '../views/statement-view.ts'
import { opinionView, problemView, submissionView } from '../views/submission-view.ts'
import { platformNames } from '../views/watch-sums.ts'
import type { PlatformNames } from '../views/watch-view.ts'
import type { WorkJobs } from './register-routes.ts'
import type { WatchRouteParts } from './watch-task-routes.ts'

type Names =
  | 'reports.send'
  | 'reports.read'
  | 'reports.problems'
  | 'reports.schema'
  | 'submissions.list'
  | 'submissions.read'
  | 'submissions.upload'
  | 'submissions.judge'
  | 'opinions.list'

export interface SubmissionRouteParts extends WatchRouteParts {
  readonly system: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly province: string
  readonly jobs: WorkJobs
  readonly ledger: Pick<LedgerClient, 'receipt'>
}

type Db = Kysely<MonitoringTables>

const FILE_LIMIT_BYTES = 1024 ** 3
const LISTED = 100
const MONTH_MS = 30 * 86_400_000
const missing = (): Refusal => refuse('not-found', 'there is no such submission, or it is not yours to see')

/** With where their statements stand on the ledger. */
async function viewsOf(db: Db, rows: readonly SubmissionRow[], names: PlatformNames): Promise<SubmissionView[]> {
  const fixings =
    rows.length === 0
      ? []
      : await db
          .selectFrom('watch_fixing')
          .select(['subject_id', 'ledger_index', 'ledger_time'])
          .where('kind', '=', 'snapshot')
          .where(
            'subject_id',
            'in',
            rows.map(({ id }) => id),
          )
          .execute()
  const bySubject = new Map(fixings.map((one) => [one.subject_id, one]))
  return rows.map((row) => submissionView(row, names, bySubject.get(row.id)))
}

export function submissionRoutes(parts: SubmissionRouteParts): Handlers<Person, Names> {
  const { as, system, clock } = parts
  const one = async (db: Db, row: SubmissionRow) => (await viewsOf(db, [row], await platformNames(db)))[0]!
  /** A program sees what it sent itself. */
  const own = async ({ organisationId, userId }: Person, id: string) => {
    const row = await findSubmission(system, id)
    return row !== null && row.organisation_id === organisationId && row.key_id === userId ? row : null
  }
  return {
    'reports.send': async ({ query, principal, request }) => {
      const platform = await system
        .selectFrom('watch_platform')
        .select('id')
        .where('organisation_id', '=', principal.organisationId)
        .where('name', '=', query.platform)
        .executeTakeFirst()
      if (platform === undefined) {
        return refuse('not-found', 'the authority knows no platform of this name', {
          field: 'platform',
          remedy: 'ask the authority under which name it has you',
        })
      }
      const key = keyOf(request)
      if (isRefusal(key)) return key
      const about = { platformId: platform.id, source: 'report' as const, idempotencyKey: key, keyId: principal.userId }
      const taken = await take(parts, principal, { ...about, name: query.name, request })
      return isRefusal(taken) ? taken : one(system, taken)
    },
    'reports.read': async ({ params, principal }) => {
      const row = await own(principal, params.id)
      if (row === null) return missing()
      const statement = await findStatement(system, 'snapshot', row.id)
      return {
        ...(await one(system, row)),
        proof: statement === null ? null : await statementAnswer(parts.ledger, statement),
      }
    },
    'reports.problems': async ({ params, query, principal }) => {
      const row = await own(principal, params.id)
      if (row === null) return missing()
      return { problems: (await listSubmissionProblems(system, row.id, query.limit)).map(problemView) }
    },
    'reports.schema': () => rowJsonSchema(),
    'submissions.list': ({ principal }) =>
      as(principal, async (tx) => ({
        submissions: await viewsOf(tx, await listSubmissions(tx, LISTED), await platformNames(tx)),
      })),
    'submissions.read': ({ params, query, principal }) =>
      as(principal, async (tx) => {
        const row = await findSubmission(tx, params.id)
        if (row === null) return missing()
        const problems = await listSubmissionProblems(tx, row.id, query.limit)
        return { ...(await one(tx, row)), problems: problems.map(problemView) }
      }),
    'submissions.upload': async ({ query, principal, request }) => {
      const platform = await as(principal, (tx) =>
        tx.selectFrom('watch_platform').select('id').where('id', '=', query.platform).executeTakeFirst(),
      )
      if (platform === undefined) return refuse('not-found', 'there is no such platform', { field: 'platform' })
      const about = { platformId: platform.id, source: 'upload' as const, idempotencyKey: null, keyId: null }
      const taken = await take(parts, principal, { ...about, name: query.name, request })
      return isRefusal(taken) ? taken : one(system, taken)
    },
    'submissions.judge': async ({ params, body, principal }) => {
      const row = await as(principal, (tx) => findSubmission(tx, params.id))
      if (row === null) return missing()
      const judged = await system.transaction().execute(async (tx) => {
        const rows = await judgeSender(tx, clock, row, { accept: body.accept, by: principal.name })
        if (rows === null) return null
        if (body.accept) for (const { id } of rows) await parts.jobs.enqueue(tx, 'submission', id)
        await recordAct(tx, clock, {
          organisationId: principal.organisationId,
          actor: principal.name,
          action: body.accept ? 'report.sender-accepted' : 'report.sender-rejected',
          subject: row.platform_id,
          detail: `${row.made_by}: ${rows.length} reports`,
        })
        return rows
      })
      if (judged === null) return refuse('conflict', 'nothing is held here')
      return one(system, (await findSubmission(system, row.id))!)
    },
    'opinions.list': ({ query, principal }) =>
      as(principal, async (tx) => {
        const rows = await listOpinions(tx, { ...query, limit: query.limit + 1 })
        const names = await platformNames(tx)
        const sums = await opinionSums(tx, new Date(clock.now() - MONTH_MS), query.topic)
        const shown = rows.slice(0, query.limit)
        return {
          opinions: shown.map((row) => opinionView(row, names)),
          next: rows.length > query.limit ? shown.at(-1)!.id : null,
          topics: sums.topics as never,
          shops: sums.shops.map(({ platformId, ...rest }) => ({
            platform: { id: platformId, name: names.get(platformId) ?? '' },
            ...rest,
          })),
        }
      }),
  }
}

/** The caller's idempotency key (draft-ietf-httpapi-idempotency-key-header). */
function keyOf(request: FastifyRequest): string | null | Refusal {
  const given = request.headers['idempotency-key']
  if (given === undefined) return null
  if (typeof given === 'string' && /^[\x21-\x7e]{1,255}$/.test(given)) return given
  return refuse('input-wrong', 'an idempotency key has 1 to 255 visible characters', { field: 'Idempotency-Key' })
}

interface Taken {
  readonly platformId: string
  readonly source: 'report' | 'upload'
  readonly idempotencyKey: string | null
  readonly keyId: string | null
  readonly name: string
  readonly request: FastifyRequest
}

/** Keeps the bytes, then what stands of them; a report that was taken before leaves no bytes behind. */
async function take(parts: SubmissionRouteParts, person: Person, given: Taken): Promise<SubmissionRow | Refusal> {
  const { system, clock, blobs, jobs, province } = parts
  const blob = `submissions/${province}/${newId(clock.now())}`
  const body = headed(bodyOf(given.request, FILE_LIMIT_BYTES, 'part the file'))
  const stored = await blobs.put(blob, body.bytes)
  try {
    if (stored.bytes === 0) {
      await blobs.remove(blob)
      return refuse('sheet-unreadable', 'the file is empty', { field: 'file' })
    }
    const format = submissionFormat(body.head())
    const added = await system.transaction().execute(async (tx: Transaction<MonitoringTables>) => {
      const row = await addSubmission(tx, clock, {
        organisationId: person.organisationId,
        platformId: given.platformId,
        source: given.source,
        format,
        idempotencyKey: given.idempotencyKey,
        keyId: given.keyId,
        madeBy: person.name,
        fileName: given.name,
        bytes: stored.bytes,
        sha256: stored.sha256,
        sm3: stored.sm3,
        blob,
      })
      if (!isRefusal(row) && row.isNew && row.row.state === 'waiting') await jobs.enqueue(tx, 'submission', row.row.id)
      return row
    })
    if (isRefusal(added) || !added.isNew) await blobs.remove(blob)
    return isRefusal(added) ? added : added.row
  } catch (error) {
    await blobs.remove(blob)
    throw error
  }
}

/** The bytes as they come, and their beginning once they have come. */
function headed(source: AsyncIterable<Bytes>): { bytes: AsyncIterable<Bytes>; head(): Bytes } {
  const first: Bytes[] = []
  let held = 0
  async function* pass() {
    for await (const chunk of source) {
      if (held < 8192) first.push(chunk.slice(0, 8192))
      held += chunk.length
      yield chunk
    }
  }
  return { bytes: pass(), head: () => new Uint8Array(Buffer.concat(first)) }
}
