/**
 * Captures from the wish to the package: asked for, run, fixed, entered. A capture cut off by a crash goes on where it
 * was: before its result was kept it is captured again, afterwards only the rest is done.
 */

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type CertificateNumber, type Clock, Failure, fromUtf8, newId, parseId, utf8 } from '@mingzheng/kernel'
import type { DigestEngine, Manifest } from '@mingzheng/proof'
import type { Kysely } from 'kysely'
import { type Broadcast, createBroadcast } from '../broadcast.ts'
import type { BrowserChoice } from '../browser/browser-choice.ts'
import { capture } from '../capture/capture.ts'
import type { CaptureEvent } from '../capture/capture-event.ts'
import type { CaptureLimits } from '../capture/capture-request.ts'
import type { CaptureResult } from '../capture/capture-result.ts'
import type { TimeSource } from '../capture/clock-check.ts'
import type { NameResolver } from '../capture/guard/name-resolver.ts'
import type { LiveSession } from '../capture/live-session.ts'
import { type FixedPackage, type FixParts, fixManifest, OPENING_FILE } from '../fix/fix-manifest.ts'
import { digestFiles, manifestOfCapture } from '../fix/manifest-of.ts'
import { passesByItself } from '../passing.ts'
import type { EvidenceTables } from '../register/schema.ts'
import { namedDiskError, openWorkFolder, type WorkFolder } from '../work-folder.ts'
import { type CaptureRow, findCapture, updateCapture } from './capture-rows.ts'
import { enterEdition, enterEvidence } from './enter-evidence.ts'
import { failFixing } from './failed-fixing.ts'
import { createProgress, type ProgressKeeper } from './progress.ts'
import { stepsOf } from './record-steps.ts'

export type CaptureChange = { kind: 'job'; row: CaptureRow } | Exclude<CaptureEvent, { kind: 'step' | 'bytes' }>

export interface CaptureParts {
  db: Kysely<EvidenceTables>
  clock: Clock
  /** Work folders of captures stand here, one each; the browser's user can write below. */
  folder: string
  browser: () => Promise<BrowserChoice>
  limits?: Partial<CaptureLimits>
  resolver?: NameResolver
  timeSource?: TimeSource
  engine: DigestEngine
  fix: FixParts
  /** Whether a private destination is open to everybody here (the demo marketplace); such evidence is marked. */
  demoDestination: (host: string, port: number) => boolean
  organisationName: (organisationId: string) => Promise<string>
  /** Gives the next number inside the transaction that enters the evidence: no gap, no repeat. */
  nextNumber: (tx: Kysely<EvidenceTables>, at: Date) => Promise<CertificateNumber>
  blobKey: (number: CertificateNumber, edition: number) => string
  /** Tells the ledger that a capture began or was given up: every attempt leaves an entry. */
  recordAttempt: (row: CaptureRow, what: 'begun' | 'abandoned') => void
  parentsOf: (row: CaptureRow) => Promise<Manifest['parents']>
  onError: (error: unknown, captureId: string) => void
}

export interface CaptureService {
  /** Runs one capture to its end. Called by a job; resolves when the row has ended. */
  run(id: string, session?: LiveSession): Promise<void>
  /** Asks a capture to stop. What was got is fixed as incomplete; one that has not begun just ends. */
  cancel(id: string): Promise<CaptureRow | null>
  watch(id: string, signal: AbortSignal): AsyncIterable<CaptureChange>
  /** Lets go of everything; captures under way go on at the next start. */
  stop(): Promise<void>
}

interface Run {
  abort: AbortController
  broadcast: Broadcast<CaptureChange>
  ended: Promise<void>
}

/** How often bytes and requests are written to the database while nothing else changes. */
const PROGRESS_MS = 1000
/** Rests between tries while something is away that comes back by itself. */
const FIRST_REST_MS = 500
const LONGEST_REST_MS = 10_000
/** How often a watcher looks whether a queued capture has begun. */
const QUEUE_LOOK_MS = 300

/** A browser that was killed before its first page got nothing; one that never starts is told after so many tries. */
const BROWSER_TRIES = 3

async function withBrowser<T>(tries: number, work: () => Promise<T>): Promise<T> {
  for (let left = tries - 1; ; left--) {
    try {
      return await work()
    } catch (error) {
      if (left <= 0 || !(error instanceof Failure) || error.code !== 'browser-failed') throw error
    }
  }
}

export function createCaptureService(parts: CaptureParts): CaptureService {
  const { db, clock } = parts
  const runs = new Map<string, Run>()
  const stopping = new AbortController()

  async function run(id: string, session?: LiveSession): Promise<void> {
    const known = runs.get(id)
    if (known !== undefined) return known.ended
    const abort = new AbortController()
    const broadcast = createBroadcast<CaptureChange>()
    const ended = runThroughOutages(id, abort.signal, broadcast, session).finally(() => {
      runs.delete(id)
      broadcast.close()
    })
    runs.set(id, { abort, broadcast, ended })
    return ended
  }

  /**
   * A database, disk, ledger or authority that is away ends no capture: it is tried again, for as long as it takes, from
   * what the work folder keeps. Anything else ends it, with the reason in its row.
   */
  async function runThroughOutages(
    id: string,
    signal: AbortSignal,
    broadcast: Broadcast<CaptureChange>,
    session?: LiveSession,
  ): Promise<void> {
    let fault: unknown = null
    for (let rest = FIRST_REST_MS; ; rest = Math.min(rest * 2, LONGEST_REST_MS)) {
      try {
        if (fault === null) await runOne(id, signal, broadcast, session)
        else await giveUp(id, fault)
        return
      } catch (error) {
        // Thrown on, so that the job is taken up again at the next start.
        if (stopping.signal.aborted) throw error
        parts.onError(error, id)
        if (!passesByItself(error)) {
          if (fault !== null) throw error
          fault = error
        }
      }
      await setTimeout(fault === null ? rest : 0, undefined, { signal: stopping.signal })
    }
  }

  async function giveUp(id: string, error: unknown): Promise<void> {
    const row = await findCapture(db, id)
    if (row === null) return
    const code = error instanceof Failure ? error.code : 'internal'
    const detail = error instanceof Failure ? error.message : 'an unexpected fault; it has been logged'
    const remedy = error instanceof Failure ? (error.remedy ?? null) : null
    // Cancelled before a page was opened: nothing went wrong, and nothing was got.
    const cancelled = code === 'capture-cancelled'
    const progress = createProgress(clock, { steps: row.steps, bytes: Number(row.bytes), requests: row.requests })
    progress.fail(detail)
    // What the ledger refused it refuses for ever: the next try sends another commitment to the same manifest.
    if (code === 'ledger-item-refused') await rm(join(parts.folder, id, OPENING_FILE), { force: true })
    const at = new Date(clock.now())
    const failed = await db.transaction().execute(async (tx) => {
      await failFixing(tx, id, { code, detail, remedy }, at)
      return updateCapture(tx, id, {
        state: cancelled ? 'cancelled' : 'failed',
        steps: JSON.stringify(progress.now().steps),
        ended_at: at,
        ...(cancelled ? {} : { problem: JSON.stringify({ code, detail, remedy }) }),
      })
    })
    runs.get(id)?.broadcast.publish({ kind: 'job', row: failed })
    parts.recordAttempt(failed, 'abandoned')
  }

  async function runOne(
    id: string,
    signal: AbortSignal,
    broadcast: Broadcast<CaptureChange>,
    session?: LiveSession,
  ): Promise<void> {
    let row = await findCapture(db, id)
    if (row === null || !['queued', 'running', 'fixing'].includes(row.state)) return
    const progress = createProgress(clock, { steps: row.steps, bytes: Number(row.bytes), requests: row.requests })
    const save = async (change: Parameters<typeof updateCapture>[2] = {}) => {
      const { steps, bytes, requests } = progress.now()
      row = await updateCapture(db, id, { steps: JSON.stringify(steps), bytes, requests, ...change })
      broadcast.publish({ kind: 'job', row })
      return row
    }
    try {
      const work = await openWorkFolder(join(parts.folder, id))
      const result = await captureOnce(row, work, progress, save, signal, broadcast, session)
      const fixed = await fixOnce(
        await save({ state: 'fixing', complete: result.complete }),
        result,
        work,
        progress,
        save,
      )
      await enter(row, fixed)
      progress.finishAll()
      const state = row.cancel_requested ? 'cancelled' : 'done'
      await save({ state, ended_at: new Date(clock.now()), number: fixed.manifest.number })
      await work.remove()
    } catch (cause) {
      const error = namedDiskError(cause, parts.folder)
      if (passesByItself(error) && !stopping.signal.aborted) {
        progress.waiting(`${error.code}: ${error.message}`)
        // Where it is the database that is away, nobody can be told.
        await save().catch(() => undefined)
      }
      throw error
    }
  }

  /** The capture itself; its result is kept, so it happens once. */
  async function captureOnce(
    row: CaptureRow,
    work: WorkFolder,
    progress: ProgressKeeper,
    save: (change?: Parameters<typeof updateCapture>[2]) => Promise<CaptureRow>,
    signal: AbortSignal,
    broadcast: Broadcast<CaptureChange>,
    session?: LiveSession,
  ): Promise<CaptureResult> {
    const kept = await work.once('result.json', async () => {
      await save({ state: 'running', started_at: row.started_at ?? new Date(clock.now()) })
      parts.recordAttempt(row, 'begun')
      let savedAt = 0
      let saving: Promise<unknown> = Promise.resolve()
      const onEvent = (event: CaptureEvent) => {
        const changed = progress.take(event)
        if (event.kind === 'frame' || event.kind === 'log') broadcast.publish(event)
        if (!changed && clock.now() - savedAt < PROGRESS_MS) return
        savedAt = clock.now()
        saving = saving.then(() => save()).catch((error) => parts.onError(error, row.id))
      }
      const result = await withBrowser(session === undefined ? BROWSER_TRIES : 1, async () => {
        // What a crash left of an earlier try is half of a capture: evidence is made in one piece.
        await rm(join(work.path, 'out'), { recursive: true, force: true })
        return capture({
          urls: row.urls,
          out: join(work.path, 'out'),
          browser: await parts.browser(),
          clock,
          allow: (host, port) => row.allow_private || parts.demoDestination(host, port),
          signal,
          onEvent,
          liveView: true,
          ...(parts.limits === undefined ? {} : { limits: parts.limits }),
          ...(parts.resolver === undefined ? {} : { resolver: parts.resolver }),
          ...(parts.timeSource === undefined ? {} : { timeSource: parts.timeSource }),
          ...(session === undefined ? {} : { session }),
        })
      })
      await saving
      if (stopping.signal.aborted) throw new Failure('stopping', 'the platform is being stopped')
      return utf8(JSON.stringify(result))
    })
    return JSON.parse(fromUtf8(kept)) as CaptureResult
  }

  function demoOf(row: CaptureRow): boolean {
    return row.urls.some((text) => {
      const url = URL.parse(text)
      return (
        url !== null && parts.demoDestination(url.hostname, Number(url.port || (url.protocol === 'https:' ? 443 : 80)))
      )
    })
  }

  /** Gives the number with the register's row, in one transaction; a second call finds what the first gave. */
  async function numberOf(row: CaptureRow, result: CaptureResult): Promise<CertificateNumber> {
    return db.transaction().execute(async (tx) => {
      const given = await tx.selectFrom('evidence').select('number').where('capture_id', '=', row.id).executeTakeFirst()
      if (given !== undefined) return given.number as CertificateNumber
      const number = await parts.nextNumber(tx, new Date(result.startedAt))
      await enterEvidence(tx, row, result, number, demoOf(row))
      return number
    })
  }

  async function fixOnce(
    row: CaptureRow,
    result: CaptureResult,
    work: WorkFolder,
    progress: ProgressKeeper,
    save: () => Promise<CaptureRow>,
  ): Promise<FixedPackage> {
    const digested = await digestFiles(result.files, parts.engine)
    const number = await numberOf(row, result)
    const officer = (person: { name: string; cardNumber: string | null }) => ({
      name: person.name,
      cardNumber: person.cardNumber,
    })
    const officers = [{ name: row.officer_name, cardNumber: row.officer_card }]
    if (row.second_officer !== null) officers.push(officer(row.second_officer))
    return fixManifest(parts.fix, {
      work,
      data: digested.map(({ member }) => member),
      blobKey: parts.blobKey(number, 1),
      // Cancelling ends the capture, not the fixing: what was got is kept. A stop leaves the rest to the next start.
      signal: stopping.signal,
      onStep: (step) => {
        progress.startFixing(step)
        save().catch((error) => parts.onError(error, row.id))
      },
      record: async () => ({ steps: await stepsOf(result) }),
      makeManifest: async () =>
        manifestOfCapture(
          result,
          digested.map(({ listed }) => listed),
          {
            id: parseId(newId(clock.now())),
            number,
            demo: demoOf(row),
            organisation: await parts.organisationName(row.organisation_id),
            unit: row.unit_name,
            officers,
            witness: row.witness === '' ? null : row.witness,
            cause: row.cause,
            caseReference: row.case_reference,
            parents: await parts.parentsOf(row),
            access: [row.unit_name ?? '本机构'],
          },
        ),
    })
  }

  async function enter(row: CaptureRow, fixed: FixedPackage): Promise<void> {
    await db.transaction().execute((tx) =>
      enterEdition(tx, fixed, {
        organisationId: row.organisation_id,
        name: row.officer_name,
        detail: '',
        at: new Date(clock.now()),
      }),
    )
  }

  return {
    run,
    async cancel(id) {
      const row = await db
        .updateTable('capture')
        .set({ cancel_requested: true })
        .where('id', '=', id)
        .where('state', 'in', ['queued', 'running'])
        .returningAll()
        .executeTakeFirst()
      if (row === undefined) return findCapture(db, id)
      if (row.state === 'queued' && !runs.has(id)) {
        parts.recordAttempt(row, 'abandoned')
        return updateCapture(db, id, { state: 'cancelled', ended_at: new Date(clock.now()) })
      }
      runs.get(id)?.abort.abort()
      return row
    },
    async *watch(id, signal) {
      const row = await findCapture(db, id)
      if (row === null) return
      yield { kind: 'job', row }
      while (!signal.aborted && !runs.has(id) && (await findCapture(db, id))?.state === 'queued') {
        await setTimeout(QUEUE_LOOK_MS, undefined, { signal }).catch(() => {})
      }
      const known = runs.get(id)
      if (known !== undefined) yield* known.broadcast.watch(signal)
      const last = await findCapture(db, id)
      if (last !== null && !signal.aborted) yield { kind: 'job', row: last }
    },
    async stop() {
      stopping.abort()
      const ended = [...runs.values()].map(({ abort, ended }) => {
        abort.abort()
        return ended.catch(() => {})
      })
      await Promise.all(ended)
    },
  }
}
