/** The evidence list at 1,000,000 rows: every filter, two-character Chinese words, pages by next, previous and jump. */
import { type EvidenceFilter, type EvidenceTables, evidenceMigrations, listEvidence } from '@mingzheng/evidence'
import { type Principal, withPrincipal } from '@mingzheng/identity'
import { isRefusal, newId } from '@mingzheng/kernel'
import { testDatabase } from '@mingzheng/storage/testing'
import { sql } from 'kysely'
import { RARE_WORD, seedEvidence } from './evidence/seed-evidence.ts'
import type { BenchResult, Figure } from './result/result.ts'

const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000)
const ROUNDS = 20
const TARGET_MS = 200

type Database = Awaited<ReturnType<typeof testDatabase<EvidenceTables>>>

export async function run(): Promise<BenchResult> {
  const db = await testDatabase<EvidenceTables>(evidenceMigrations)
  try {
    const principal = principalOf()
    await fill(db, principal)
    const figures: Figure[] = []
    const reference = p95(
      await times(() =>
        sql`select number from evidence where organisation_id = ${principal.organisationId}
        order by captured_at desc, number desc limit 50`.execute(db.system),
      ),
    )
    for (const [name, filter] of Object.entries(FILTERS))
      figures.push(await walk(db, principal, name, filter, reference))
    return { bench: 'list', figures }
  } finally {
    await db.close()
  }
}

const FILTERS: Record<string, EvidenceFilter> = {
  'no filter': {},
  'common word 龙井': { q: '龙井' },
  'two words 杭州 根治': { q: '杭州 根治' },
  'word in every row 网络': { q: '网络' },
  'long words in every row': { q: '网络交易监测 中队' },
  'long words, one common': { q: '网络交易监测 丝绸围巾' },
  'rare word': { q: RARE_WORD },
  'word that is not there': { q: '熊猫' },
  host: { host: 'shop77.example.cn' },
  officer: { officer: 'officer-3' },
  'unit and word 丝绸': { unit: 'unit-1', q: '丝绸' },
  'state voided': { state: 'voided' },
  incomplete: { complete: false },
  'incomplete and word 蜂蜜': { complete: false, q: '蜂蜜' },
  'demo only': { demo: true },
  'officer and voided': { officer: 'officer-3', state: 'voided' },
  'host and incomplete': { host: 'shop77.example.cn', complete: false },
  case: { caseReference: '浙市监〔2026〕100号' },
  dates: { from: new Date(Date.UTC(2021, 0, 1)), to: new Date(Date.UTC(2021, 1, 1)) },
}

function principalOf(): Principal {
  const id = newId(Date.now())
  return {
    kind: 'user',
    userId: id,
    name: 'bench',
    organisationId: id,
    unitId: null,
    unitIds: '*',
    officerId: null,
    roles: ['duty-officer'],
    permissions: ['evidence.read'],
  }
}

async function fill(db: Database, principal: Principal): Promise<void> {
  // The index is made after the rows, as a restore does; single inserts are another bench's matter.
  await sql`drop index evidence_search`.execute(db.system)
  await seedEvidence(db.system, {
    organisationId: principal.organisationId,
    unitIds: ['unit-0', 'unit-1', 'unit-2'],
    rows: ROWS,
    onProgress: (done) => {
      if (done % 100_000 === 0) process.stderr.write(`seeded ${done}\n`)
    },
  })
  await db.system.connection().execute(async (one) => {
    await sql`set maintenance_work_mem = '1GB'`.execute(one)
    await sql`create index evidence_search on evidence using gin (search)`.execute(one)
    await sql`vacuum analyze evidence`.execute(one)
  })
}

async function times(work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const start = performance.now()
    await work()
    taken.push(performance.now() - start)
  }
  return taken
}

function p95(taken: number[]): number {
  return [...taken].sort((a, b) => a - b)[Math.ceil(taken.length * 0.95) - 1]!
}

/** First page, then next, previous and jump, many times over; the slowest twentieth counts. */
async function walk(
  db: Database,
  principal: Principal,
  name: string,
  filter: EvidenceFilter,
  reference: number,
): Promise<Figure> {
  const page = async (marks: { after?: string; before?: string; at?: Date }) => {
    const answer = await withPrincipal(db.people, principal, (tx) =>
      listEvidence({ people: tx, system: db.system, scope: principal }, filter, { ...marks, limit: 50 }),
    )
    if (isRefusal(answer)) throw new Error(answer.code)
    return answer
  }
  let next: string | null = null
  let previous: string | null = null
  const taken = [
    ...(await times(async () => {
      const answer = await page(next === null ? {} : { after: next })
      next = answer.next
      previous = answer.previous ?? previous
    })),
    ...(await times(() => page(previous === null ? {} : { before: previous }))),
    ...(await times(() => page({ at: new Date(Date.UTC(2023, 5, 1)) }))),
  ]
  const value = p95(taken)
  return {
    name,
    value,
    unit: 'ms p95',
    reference: { name: 'newest 50 without row security', value: reference },
    ratio: value / reference,
    target: `< ${TARGET_MS} ms`,
    met: value < TARGET_MS,
  }
}
