/**
 * Keeps the probes: plants what the plan says, at moments that nobody foresees; puts in what stands on the ledger; follows what is in;
 * reads the nodes every minute and has the readings fixed. One server of a database at a time.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, Failure } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import { type Kysely, sql } from 'kysely'
import type { Behaviour } from '../recognition/behaviour.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { drawsOf } from './draws.ts'
import { endForeign, plantForeign } from './foreign.ts'
import { measure, settlePlant } from './measure.ts'
import { type ProbeRow, putIn } from './plant.ts'
import { plantCase } from './plant-case.ts'
import { nextDraw } from './probes.ts'
import {
  between,
  keepReadings,
  type NodeVersions,
  type PipelineSample,
  samplePipeline,
  stateReadings,
} from './readings.ts'
import { plantCases } from './stock.ts'

export interface KeeperParts {
  readonly db: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly versions: NodeVersions
  readonly onError: (error: unknown) => void
}

export interface ProbeKeeper {
  /** One turn now. For tests. */
  turn(): Promise<void>
  stop(): Promise<void>
}

const TURN_MS = 2000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Readings are fixed in statements of so long. */
const STATED_MS = 10 * MINUTE_MS
/** PostgreSQL advisory lock. */
const LOCK = 7_324_003

/** `rest`: milliseconds between turns; 0 takes none by itself. */
export function startProbeKeeper(parts: KeeperParts, rest = TURN_MS): ProbeKeeper {
  const stopping = new AbortController()
  const keeper = createTurns(parts)
  const worker = (async () => {
    while (rest > 0 && !stopping.signal.aborted) {
      try {
        await keeper()
      } catch (error) {
        if (!stopping.signal.aborted) parts.onError(error)
      }
      await pause(rest, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return {
    turn: keeper,
    async stop() {
      stopping.abort(new Failure('stopping', 'the platform is being stopped'))
      await worker
    },
  }
}

function createTurns(parts: KeeperParts): () => Promise<void> {
  const { db, clock } = parts
  const read = new Map<string, PipelineSample>()
  const stated = new Map<string, number>()
  return () =>
    db.connection().execute(async (one) => {
      const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${LOCK}) as held`.execute(one)
      if (rows[0]!.held !== true) return
      try {
        const probes = await db.selectFrom('probe').selectAll().orderBy('id').execute()
        for (const probe of probes) {
          if (probe.running && probe.plan.perDay > 0 && probe.next_at.getTime() <= clock.now()) {
            await plantDue(parts, probe)
          }
          await readNodes(parts, probe, read, stated)
        }
        await putIn(parts)
        await measure(parts)
        await endForeign(db, clock)
        await voidRefused(parts)
      } finally {
        await sql`select pg_advisory_unlock(${LOCK})`.execute(one)
      }
    })
}

/** One plant of the plan, and when the next is due. */
async function plantDue(parts: KeeperParts, probe: ProbeRow): Promise<void> {
  const { db, clock } = parts
  const pairs = await pairsOf(db, probe)
  const { seed, number } = await nextDraw(db, probe.id)
  const draws = drawsOf(seed, `plan ${number}`)
  const rest = pairs.length === 0 ? MINUTE_MS : DAY_MS / (probe.plan.perDay * pairs.length)
  const next = clock.now() + Math.max(1000, Math.round(rest * (0.5 + draws.below(1000) / 1000)))
  await db
    .updateTable('probe')
    .set({ next_at: new Date(next) })
    .where('id', '=', probe.id)
    .execute()
  if (pairs.length === 0) return
  const { platformId, behaviour } = draws.pick(pairs)
  const expects = draws.chance(probe.plan.honest) ? 'nothing' : 'lead'
  if (platformId === null) await plantForeign(db, clock, probe, { behaviour, expects, by: 'schedule' })
  else await plantCase(parts, probe, { platformId, behaviour, expects, by: 'schedule' })
}

interface Pair {
  /** `null`: another system's. */
  readonly platformId: string | null
  readonly behaviour: Behaviour
}

/** Platforms that running tasks watch, with the behaviours that there are cases for. */
async function pairsOf(db: KeeperParts['db'], probe: ProbeRow): Promise<Pair[]> {
  const known = new Set(plantCases().map(({ behaviour }) => behaviour))
  const wanted = probe.plan.behaviours
  const tried = (behaviour: Behaviour) => known.has(behaviour) && (wanted.length === 0 || wanted.includes(behaviour))
  if (probe.kind === 'foreign') {
    return [...known].filter(tried).map((behaviour) => ({ platformId: null, behaviour }))
  }
  const tasks = await db
    .selectFrom('watch_task')
    .select('spec')
    .where('organisation_id', '=', probe.organisation_id)
    .where('state', '=', 'running')
    .execute()
  const pairs = new Map<string, Pair>()
  for (const { spec } of tasks) {
    for (const platformId of spec.objectives.platforms) {
      for (const behaviour of spec.elements.behaviours) {
        if (!tried(behaviour)) continue
        pairs.set(`${platformId} ${behaviour}`, { platformId, behaviour })
      }
    }
  }
  return [...pairs.values()]
}

async function readNodes(
  { db, clock, versions }: KeeperParts,
  probe: ProbeRow,
  read: Map<string, PipelineSample>,
  stated: Map<string, number>,
): Promise<void> {
  const now = clock.now()
  if (probe.kind === 'foreign') return stateDue(db, clock, probe, stated)
  const last = read.get(probe.id)
  if (last !== undefined && Math.floor(last.at / MINUTE_MS) === Math.floor(now / MINUTE_MS)) return
  const sample = await samplePipeline(db, probe.organisation_id, versions, now)
  read.set(probe.id, sample)
  // What passed before this process began to look belongs to no minute.
  if (last !== undefined) await keepReadings(db, probe, between(last, sample))
  await stateDue(db, clock, probe, stated)
}

/** Readings since the last statement, every ten minutes; of another system those of its own clock. */
async function stateDue(
  db: KeeperParts['db'],
  clock: Clock,
  probe: ProbeRow,
  stated: Map<string, number>,
): Promise<void> {
  const now = clock.now()
  const since = stated.get(probe.id)
  if (since !== undefined && now - since < STATED_MS) return
  stated.set(probe.id, now)
  if (since !== undefined) await stateReadings(db, clock, probe, new Date(since))
}

/** What the ledger does not take never goes in. */
async function voidRefused({ db, clock }: Pick<KeeperParts, 'db' | 'clock'>): Promise<void> {
  const rows = await db
    .selectFrom('probe_plant')
    .selectAll()
    .where('state', '=', 'committing')
    .where('due_at', '<=', new Date(clock.now()))
    .limit(100)
    .execute()
  for (const row of rows) {
    await settlePlant(db, row, { state: 'void', lostAt: null, nodes: {}, finding: null }, clock.now())
  }
}
