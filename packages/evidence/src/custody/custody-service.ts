/**
 * Custody on the platform's side: hands every fixed package over, challenges what is held, names who is late or wrong, gets
 * back what was lost here. One turn reads the log and then does everything that is due; each row is tried again after growing
 * rests. At least once towards the custodians, once on the ledger.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Bytes, type Clock, concat, digest, Failure, utf8 } from '@mingzheng/kernel'
import type { Arguments, LedgerClient } from '@mingzheng/ledger'
import type { PartTree, RandomAccess } from '@mingzheng/proof'
import { outboxWait } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import type { EvidenceTables } from '../register/schema.ts'
import { beginChallenge, goOn } from './challenge.ts'
import type { CustodianMember, CustodianNode } from './custodian.ts'
import { type ChallengePace, followLog } from './follow-log.ts'
import { admit, handIndex } from './hand-index.ts'
import { enrol, type HoldingRow, handOver, upload } from './hand-over.ts'
import { releasable, release } from './release-due.ts'
import { ask, fetchGiven, wishBack } from './restore.ts'

export interface CustodyOptions {
  db: Kysely<EvidenceTables>
  clock: Clock
  ledger: LedgerClient
  /** The log's, under which the place in it is kept. */
  origin: string
  /** Those of the policy in force; asked at every turn. */
  custodians(): readonly CustodianMember[]
  /** Courts of that policy: they may ask for packages, and get the case index. */
  courts(): readonly CustodianMember[]
  nodeOf(custodian: CustodianMember): CustodianNode
  openBlob(key: string): Promise<RandomAccess>
  /** Whether the package is where it belongs. */
  hasBlob(key: string): Promise<boolean>
  /** Stores a package again; a source that throws leaves nothing. */
  storeBlob(key: string, source: AsyncIterable<Bytes>): Promise<void>
  /** 32 bytes of this installation: what seals keys in the database. */
  secret: Bytes
  pace: ChallengePace
  /** How long custodians must keep what they get. */
  retentionMs: number
  /** Rest between turns. Default 1,000. */
  idleMs?: number
  onError(error: unknown, detail: string): void
}

/** What the steps of custody work with. */
export interface CustodyParts extends CustodyOptions {
  /** Trees of files that are being sent; made again when they are not here. */
  readonly trees: Map<string, PartTree>
  /** Puts an item on the ledger. `of` and the method name it: tried again, it is the same one. Throws when refused. */
  submit(method: string, of: Bytes | null, args: Arguments, id?: Bytes): Promise<void>
  /** Nothing to be done yet. */
  wait(row: HoldingRow): Promise<void>
}

export interface CustodyService {
  start(): void
  stop(): Promise<void>
  /** One turn, whole. */
  turn(): Promise<void>
  /** Has a holding challenged at the next turn. `false` when it is not held or being challenged. */
  challengeNow(holding: string): Promise<boolean>
  /** Wishes back every package that is not in the store; answers how many are on their way. */
  restoreMissing(): Promise<number>
}

const ROWS_AT_ONCE = 100
const EDITIONS_AT_ONCE = 1_000
/** How often packages that are missing here are looked for. */
const LOOK_EVERY_MS = 86_400_000
/** The longest rest between tries of one row. */
const LONGEST_REST_MS = 300_000

export function createCustodyService(options: CustodyOptions): CustodyService {
  const { db, clock, ledger } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let loop: Promise<void> | null = null
  let turning: Promise<void> = Promise.resolve()

  const parts: CustodyParts = {
    ...options,
    trees: new Map(),
    async submit(method, of, args, id) {
      const named =
        id ?? digest('sha256', concat(utf8(`mingzheng custody ${method} v1\n`), of ?? new Uint8Array(0))).slice(0, 16)
      const [standing] = await ledger.submit([{ id: named, contract: 'custody', method, arguments: args }])
      if (standing?.kind === 'refused') {
        throw new Failure('custody-refused', `the ledger refuses ${method}: ${standing.refusal.detail}`)
      }
    },
    async wait(row) {
      const due_at = new Date(clock.now() + (options.idleMs ?? 1_000))
      await db.updateTable('custody_holding').set({ due_at }).where('id', '=', row.id).execute()
    },
  }
  const custodian = (id: string) => options.custodians().find((candidate) => candidate.id === id)

  /** One row's step; what fails is told, and tried again later. */
  async function attempt(row: HoldingRow, what: string, step: () => Promise<void>): Promise<void> {
    signal.throwIfAborted()
    try {
      await step()
      if (row.problem !== null) {
        await db.updateTable('custody_holding').set({ problem: null, attempts: 0 }).where('id', '=', row.id).execute()
      }
    } catch (error) {
      signal.throwIfAborted()
      options.onError(error, `${what} ${row.number} ${row.custodian}`)
      const due_at = new Date(clock.now() + Math.min(LONGEST_REST_MS, outboxWait(row.attempts)))
      const problem = error instanceof Failure ? error.code : 'failed'
      await db
        .updateTable('custody_holding')
        .set({ attempts: row.attempts + 1, due_at, problem })
        .where('id', '=', row.id)
        .execute()
    }
  }

  const due = () => new Date(clock.now())
  const rows = () => db.selectFrom('custody_holding').selectAll().orderBy('due_at').limit(ROWS_AT_ONCE)

  async function once(): Promise<void> {
    if (options.custodians().length + options.courts().length === 0) return
    await followLog(db, ledger, options.origin, options.pace)
    for (const each of options.custodians()) await enrol(parts, each)
    for (const row of await rows().where('state', 'in', ['waiting', 'handed']).where('due_at', '<=', due()).execute()) {
      const to = custodian(row.custodian)
      if (to === undefined) continue
      await attempt(row, 'hand over', async () => {
        if (row.state === 'waiting') return handOver(parts, to, row).then(() => parts.wait(row))
        await upload(parts, to, row, signal)
        await parts.wait(row)
      })
    }
    const running = rows().where('step', 'in', ['asked', 'ready', 'drawn', 'answered']).where('due_at', '<=', due())
    for (const row of await running.execute()) {
      await attempt(row, 'challenge', () => goOn(parts, custodian(row.custodian), row, signal))
    }
    const unasked = rows()
      .where('state', 'in', ['held', 'doubted'])
      .where((eb) => eb.or([eb('step', 'is', null), eb.and([eb('step', '=', 'foreign'), eb('step_due', '<=', due())])]))
      .where('challenge_at', '<=', due())
    for (const row of await unasked.execute()) await attempt(row, 'challenge', () => beginChallenge(parts, row))
    await wishes()
    for (const row of await releasable(parts)) await attempt(row, 'release', () => release(parts, row))
    for (const court of options.courts()) {
      signal.throwIfAborted()
      try {
        await admitOnce(court)
        await handIndex(parts, court, signal)
      } catch (error) {
        signal.throwIfAborted()
        options.onError(error, `case index ${court.id}`)
        await restIndex(court.id, error)
      }
    }
  }

  const admitted = new Set<string>()
  async function admitOnce(court: CustodianMember): Promise<void> {
    if (admitted.has(court.id)) return
    await admit(parts, court)
    admitted.add(court.id)
  }

  async function restIndex(court: string, error: unknown): Promise<void> {
    const problem = error instanceof Failure ? error.code : 'failed'
    await db
      .updateTable('custody_case_index')
      .set((eb) => ({ attempts: eb('attempts', '+', 1), problem, due_at: new Date(clock.now() + 10_000) }))
      .where('court', '=', court)
      .where('state', 'in', ['waiting', 'handed'])
      .execute()
  }

  /** Wishes that nobody will answer: the holding has ended, or the custodian has not come for a whole window. */
  async function passOn(): Promise<void> {
    const ended = db.selectFrom('custody_holding').select('id').where('state', 'in', ['lost', 'destroyed'])
    const stale = await db
      .updateTable('custody_wish')
      .set({ state: 'failed', problem: 'custodian-unreachable' })
      .where('state', 'in', ['asked', 'given'])
      .where((eb) =>
        eb.or([eb('holding', 'in', ended), eb('asked_at', '<', new Date(clock.now() - options.pace.windowMs))]),
      )
      .returning(['number', 'edition'])
      .execute()
    for (const { number, edition } of stale) await wishBack(parts, number, edition)
  }

  async function wishes(): Promise<void> {
    await passOn()
    const open = await db
      .selectFrom('custody_wish')
      .selectAll()
      .where('state', 'in', ['asked', 'given'])
      .where('due_at', '<=', due())
      .limit(ROWS_AT_ONCE)
      .execute()
    for (const wish of open) {
      signal.throwIfAborted()
      const row = await db
        .selectFrom('custody_holding')
        .select('custodian')
        .where('id', '=', wish.holding)
        .executeTakeFirst()
      const from = row === undefined ? undefined : custodian(row.custodian)
      const set = (changes: { state?: 'done' | 'failed'; problem?: string; attempts?: number; due_at?: Date }) =>
        db.updateTable('custody_wish').set(changes).where('id', '=', wish.id).execute()
      try {
        if (wish.state === 'asked') {
          await ask(parts, wish)
          await set({ due_at: new Date(clock.now() + LONGEST_REST_MS) })
        } else if (from !== undefined) {
          await fetchGiven(parts, from, wish, signal)
          await set({ state: 'done' })
        }
      } catch (error) {
        signal.throwIfAborted()
        options.onError(error, `restore ${wish.number}`)
        const problem = error instanceof Failure ? error.code : 'failed'
        const wrong = ['custody-parts-wrong', 'custody-lost', 'sealed-broken', 'sealed-malformed', 'custody-refused']
        if (wrong.includes(problem)) {
          // This custodian's copy is no good: another one's may be.
          await set({ state: 'failed', problem })
          await wishBack(parts, wish.number, wish.edition)
        } else {
          const rest = Math.min(LONGEST_REST_MS, outboxWait(wish.attempts))
          await set({ problem, attempts: wish.attempts + 1, due_at: new Date(clock.now() + rest) })
        }
      }
    }
  }

  async function restoreMissing(): Promise<number> {
    let wished = 0
    let after = { number: '', edition: 0 }
    for (;;) {
      const { number, edition } = after
      const editions = await db
        .selectFrom('evidence_edition')
        .select(['number', 'edition', 'blob_key'])
        .where((eb) =>
          eb.or([eb('number', '>', number), eb.and([eb('number', '=', number), eb('edition', '>', edition)])]),
        )
        .orderBy('number')
        .orderBy('edition')
        .limit(EDITIONS_AT_ONCE)
        .execute()
      const last = editions.at(-1)
      if (last === undefined) return wished
      after = last
      for (const each of editions) {
        signal.throwIfAborted()
        if (!(await options.hasBlob(each.blob_key)) && (await wishBack(parts, each.number, each.edition))) wished++
      }
    }
  }

  const turn = () => {
    turning = turning.then(once, once)
    return turning
  }
  return {
    turn,
    start() {
      loop ??= (async () => {
        let looked = Number.NEGATIVE_INFINITY
        while (!signal.aborted) {
          if (clock.now() - looked > LOOK_EVERY_MS && options.custodians().length > 0) {
            looked = clock.now()
            await restoreMissing().catch((error: unknown) => options.onError(error, 'custody'))
          }
          await turn().catch((error: unknown) => signal.aborted || options.onError(error, 'custody'))
          await pause(options.idleMs ?? 1_000, undefined, { signal }).catch(() => undefined)
        }
      })()
    },
    async stop() {
      stopping.abort()
      await loop
      await turning.catch(() => undefined)
    },
    async challengeNow(holding) {
      const done = await db
        .updateTable('custody_holding')
        .set({ challenge_at: due() })
        .where('id', '=', holding)
        .where('state', 'in', ['held', 'doubted'])
        .where('step', 'is', null)
        .executeTakeFirst()
      return done.numUpdatedRows > 0n
    },
    restoreMissing,
  }
}
