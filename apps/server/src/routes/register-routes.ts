/** Registers: looked at, sent as a sheet, mapped, imported by a job, given out as a sheet. */
import type { RegisterImportView, RegisterView } from '@mingzheng/api'
import { recordAct } from '@mingzheng/identity'
import { isRefusal, newId, type Refusal, refuse, toHex, utcText } from '@mingzheng/kernel'
import {
  activeSettings,
  addImport,
  endImport,
  findImport,
  guessMapping,
  type ImportRow,
  listEntries,
  listImports,
  listRegisters,
  type MonitoringTables,
  mappingProblem,
  orderImport,
  orderRollback,
  type Peek,
  REGISTER_KINDS,
  REGISTERS,
  type RegisterKind,
  readRow,
  registerRows,
  SHEET_TYPES,
  seedOf,
  setWhole,
  sheetBytes,
} from '@mingzheng/monitoring'
import type { BlobStore } from '@mingzheng/storage'
import type { Kysely, Transaction } from 'kysely'
import type { FileAnswer } from '../http/file-answer.ts'
import { bodyOf, type Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import type { WatchRouteParts } from './watch-task-routes.ts'

type Names =
  | 'registers.list'
  | 'registers.entries'
  | 'registers.export'
  | 'registers.setWhole'
  | 'registers.imports'
  | 'registers.upload'
  | 'registers.seed'
  | 'registers.rollback'
  | 'registerImports.read'
  | 'registerImports.check'
  | 'registerImports.start'
  | 'registerImports.cancel'
  | 'registerImports.problems'
  | 'registerImports.report'

/** Jobs of long work: put in with the transaction that asks for them, and cancelled. */
export interface WorkJobs {
  enqueue(tx: Transaction<MonitoringTables>, kind: 'import' | 'preview' | 'submission', id: string): Promise<void>
  cancel(kind: 'import' | 'preview' | 'submission', id: string): Promise<void>
}

export interface RegisterRouteParts extends WatchRouteParts {
  readonly system: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly province: string
  readonly jobs: WorkJobs
  /** Reads the beginning of a file in a thread of its own; throws `sheet-unreadable`. */
  peek(blob: string, bytes: number, signal: AbortSignal): Promise<Peek>
}

type Tx = Transaction<MonitoringTables>

/** Largest file that is taken. */
const FILE_LIMIT_BYTES = 1024 ** 3
const LISTED = 50
const REPORTED = 1000
const missing = (): Refusal => refuse('not-found', 'there is no such import, or it is not yours to see')
const authorOf = ({ userId, name }: Person) => ({ userId, name })

function importView(row: ImportRow): RegisterImportView {
  return {
    id: row.id,
    kind: row.kind,
    fileName: row.file_name,
    format: row.format,
    bytes: Number(row.bytes),
    sha256: toHex(new Uint8Array(row.sha256)),
    columns: row.columns,
    sample: row.sample,
    mapping: row.mapping,
    mode: row.mode,
    state: row.state,
    progress: { read: row.read_rows, bad: row.bad_rows, share: row.share },
    added: row.added,
    changed: row.changed,
    ended: row.ended,
    same: row.same,
    version: row.version,
    problem: row.problem,
    by: row.made_by,
    at: utcText(row.made_at.getTime()),
    endedAt: row.ended_at === null ? null : utcText(row.ended_at.getTime()),
  }
}

async function registerViews(tx: Tx, organisationId: string): Promise<RegisterView[]> {
  const rows = await listRegisters(tx)
  const settings = await activeSettings(tx, organisationId)
  return REGISTER_KINDS.map((kind) => {
    const row = rows.find((one) => one.kind === kind)
    const words = settings.content.groups.reduce((sum, group) => sum + group.words.length, 0)
    return {
      kind,
      version: kind === 'keywords' ? settings.version : (row?.version ?? 0),
      entries: kind === 'keywords' ? words : (row?.entries ?? 0),
      whole: row?.whole ?? false,
      changedAt: row === undefined ? null : utcText(row.changed_at.getTime()),
      hasSeed: seedOf(kind) !== null,
      fields: REGISTERS[kind].fields.map(({ name, sort, required }) => ({ name, sort, required: required === true })),
    }
  })
}

export function registerRoutes(parts: RegisterRouteParts): Handlers<Person, Names> {
  const { as, clock, system, jobs } = parts
  const page = (person: Person) => (work: <T>(tx: Tx) => Promise<T>) => as(person, work)
  return {
    'registers.list': ({ principal }) =>
      as(principal, async (tx) => ({ registers: await registerViews(tx, principal.organisationId) })),
    'registers.entries': ({ params, query, principal }) =>
      as(principal, async (tx) => {
        const found = await listEntries(tx, params.kind, query)
        return isRefusal(found) ? found : { ...found, rows: found.rows.map(entryView) }
      }),
    'registers.export': ({ params, query, principal }) =>
      sheetAnswer(
        query.format,
        `${params.kind}.${query.format}`,
        registerRows(page(principal) as never, principal.organisationId, params.kind),
      ),
    'registers.setWhole': async ({ params, body, principal }) => {
      await system.transaction().execute(async (tx) => {
        const { organisationId } = principal
        await setWhole(tx, organisationId, params.kind, body.whole, new Date(clock.now()))
        const detail = body.whole ? 'names all there are' : 'does not name all there are'
        await recordAct(tx, clock, {
          organisationId,
          actor: principal.name,
          action: 'register.set-whole',
          subject: params.kind,
          detail,
        })
      })
      return as(principal, async (tx) => oneRegister(tx, principal, params.kind))
    },
    'registers.imports': ({ params, principal }) =>
      as(principal, async (tx) => ({ imports: (await listImports(tx, params.kind, LISTED)).map(importView) })),
    'registers.upload': ({ params, query, principal, request, signal }) =>
      upload(parts, principal, { kind: params.kind, name: query.name, request, signal }),
    'registers.seed': ({ params, principal }) => seed(parts, principal, params.kind),
    'registers.rollback': ({ params, body, principal }) =>
      as(principal, async (tx) => {
        const { organisationId } = principal
        const madeBy = authorOf(principal)
        const row = await orderRollback(tx, clock, { organisationId, madeBy }, { ...params, ...body })
        if (row === null || row.kind === 'keywords') return refuse('not-found', 'the register has had no such version')
        await jobs.enqueue(tx, 'import', row.id)
        return importView(row)
      }),
    'registerImports.read': ({ params, principal }) =>
      as(principal, async (tx) => {
        const row = await findImport(tx, params.id)
        return row === null ? missing() : importView(row)
      }),
    'registerImports.check': ({ params, body, principal }) =>
      as(principal, async (tx) => {
        const row = await findImport(tx, params.id)
        if (row === null) return missing()
        return mappingProblem(row.kind, row.columns.length, body.mapping) ?? { rows: checked(row, body.mapping) }
      }),
    'registerImports.start': ({ params, body, principal }) =>
      as(principal, async (tx) => {
        const row = await orderImport(tx, params.id, body)
        if (row === null) return missing()
        if (isRefusal(row)) return row
        await jobs.enqueue(tx, 'import', row.id)
        return importView(row)
      }),
    'registerImports.cancel': async ({ params, principal }) => {
      const row = await as(principal, (tx) => findImport(tx, params.id))
      if (row === null) return missing()
      if (!['uploaded', 'waiting', 'reading'].includes(row.state))
        return refuse('import-ended', `the import is ${row.state}`)
      await endImport(system, clock, row.id, 'cancelled', null)
      if (row.state !== 'uploaded') await jobs.cancel('import', row.id)
      return importView((await findImport(system, row.id))!)
    },
    'registerImports.problems': ({ params, query, principal }) =>
      as(principal, async (tx) => {
        if ((await findImport(tx, params.id)) === null) return missing()
        const rows = await problemsAfter(tx, params.id, { line: 0, field: '' }, query.limit)
        return { problems: rows as never }
      }),
    'registerImports.report': async ({ params, query, principal }) => {
      const row = await as(principal, (tx) => findImport(tx, params.id))
      if (row === null) return missing()
      const rows = problemRows((mark) => as(principal, (tx) => problemsAfter(tx, row.id, mark, REPORTED)))
      return sheetAnswer(query.format, `${row.kind}-problems.${query.format}`, rows)
    },
  }
}

const entryView = ({ key, since, fields }: { key: string; since: number; fields: object }) => ({
  key,
  since,
  fields: fields as never,
})

async function oneRegister(tx: Tx, { organisationId }: Person, kind: RegisterKind): Promise<RegisterView> {
  return (await registerViews(tx, organisationId)).find((one) => one.kind === kind)!
}

function sheetAnswer(format: 'csv' | 'xlsx', fileName: string, rows: AsyncIterable<readonly string[]>): FileAnswer {
  return { mediaType: SHEET_TYPES[format], bytes: null, fileName, open: () => sheetBytes(format, rows) }
}

interface Upload {
  readonly kind: RegisterKind
  readonly name: string
  readonly request: Parameters<typeof bodyOf>[0]
  readonly signal: AbortSignal
}

/** The file is kept until its import has ended and 30 days more (`sweepImports`); what is no sheet is not kept. */
async function upload(parts: RegisterRouteParts, person: Person, { kind, name, request, signal }: Upload) {
  const { as, clock, blobs } = parts
  const blob = `imports/${parts.province}/${newId(clock.now())}`
  const stored = await blobs.put(blob, bodyOf(request, FILE_LIMIT_BYTES, 'part the sheet'))
  try {
    if (stored.bytes === 0) {
      await blobs.remove(blob)
      return refuse('sheet-unreadable', 'the file is empty', { field: 'file' })
    }
    const { format, columns, sample } = await parts.peek(blob, stored.bytes, signal)
    const row = await as(person, (tx) =>
      addImport(tx, clock, {
        organisationId: person.organisationId,
        kind,
        fileName: name,
        format,
        bytes: stored.bytes,
        sha256: stored.sha256,
        blob,
        columns,
        sample,
        mapping: guessMapping(kind, columns, sample),
        madeBy: authorOf(person),
      }),
    )
    return importView(row)
  } catch (error) {
    await blobs.remove(blob)
    throw error
  }
}

async function seed({ as, clock, jobs }: RegisterRouteParts, person: Person, kind: RegisterKind) {
  const list = seedOf(kind)
  if (list === null) return refuse('not-found', 'no list for a start comes with this register')
  return as(person, async (tx) => {
    const { columns, rows, mapping, bytes, sha256 } = list
    const added = await addImport(tx, clock, {
      organisationId: person.organisationId,
      kind,
      fileName: `${kind}-seed`,
      format: 'seed',
      bytes,
      sha256,
      blob: null,
      columns,
      sample: rows.slice(0, 20),
      mapping,
      madeBy: authorOf(person),
    })
    const row = await orderImport(tx, added.id, { mapping, mode: 'merge' })
    if (row === null || isRefusal(row)) return row ?? missing()
    await jobs.enqueue(tx, 'import', row.id)
    return importView(row)
  })
}

function checked({ kind, sample }: ImportRow, mapping: { [field: string]: number }) {
  return sample.flatMap((cells, i) => {
    const read = readRow(kind, mapping, cells)
    if (read === null) return []
    const line = i + 2
    return 'key' in read
      ? [{ line, fields: read.fields as never, problems: [] }]
      : [{ line, fields: null, problems: read.map((problem) => ({ ...problem })) }]
  })
}

interface ProblemRow {
  readonly line: number
  readonly field: string
  readonly code: string
  readonly value: string
}

function problemsAfter(
  tx: Tx,
  id: string,
  { line, field }: { line: number; field: string },
  limit: number,
): Promise<ProblemRow[]> {
  return tx
    .selectFrom('register_problem')
    .select(['line', 'field', 'code', 'value'])
    .where('import_id', '=', id)
    .where((eb) => eb.or([eb('line', '>', line), eb.and([eb('line', '=', line), eb('field', '>', field)])]))
    .orderBy('line')
    .orderBy('field')
    .limit(limit)
    .execute()
}

async function* problemRows(page: (after: ProblemRow) => Promise<ProblemRow[]>): AsyncGenerator<string[]> {
  yield ['行 line', '字段 field', '问题 problem', '内容 value']
  let mark: ProblemRow = { line: 0, field: '', code: '', value: '' }
  for (;;) {
    const rows = await page(mark)
    for (const { line, field, code, value } of rows) yield [String(line), field, code, value]
    if (rows.length < REPORTED) return
    mark = rows.at(-1)!
  }
}
