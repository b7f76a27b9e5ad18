/**
 * A worker of monitoring: claims due addresses, fetches, reads, asks the models, writes; again and again, several batches at a time, so
 * that the machine reads while the network waits. Any number of them work on one database, on any number of machines.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Renderer } from '@mingzheng/evidence'
import { type Bytes, type Clock, Failure, newId } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import { type Claim, type ClaimedAddress, claimDue, giveBack } from '../frontier/claim.ts'
import { keepTurn, turnOf } from '../frontier/host.ts'
import { beat, enterWorker, leaveWork } from '../frontier/workers.ts'
import { openPictureReader } from '../picture/picture-reader.ts'
import { plantedSend } from '../probe/wire.ts'
import type { ListingModel } from '../recognition/model.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { type CaptureRule, ruleName } from '../rule/rule.ts'
import { ruleOf } from '../rule/rules.ts'
import { type RulesSource, rulesSource } from '../settings/rules-of.ts'
import { packBodies } from '../snapshot/packs.ts'
import { type Fetched, type FetchLimits, fetchPage } from '../source/fetch-page.ts'
import type { GuardedAgent } from '../source/guarded-agent.ts'
import { ROBOT_NAME } from '../source/robots.ts'
import type { BatchPage } from './batch.ts'
import { createDecoys } from './decoys.ts'
import { drawnPage } from './draw-page.ts'
import { examineBatch } from './examine-batch.ts'
import { modelSetOf } from './models.ts'
import { readFetched } from './read-fetched.ts'
import { createLogoSeer, type LogoSeer } from './read-logos.ts'
import { readPictures } from './read-pictures.ts'
import { robotsOf } from './robots-of.ts'
import { type SecondLook, secondLook } from './second-look.ts'
import { writeBatch } from './write-batch.ts'

export interface WatcherParts {
  readonly db: Kysely<MonitoringTables>
  readonly blobs: BlobStore
  readonly clock: Clock
  /** Milliseconds that pass evenly. */
  readonly elapsed: () => number
  readonly guard: GuardedAgent
  readonly models: readonly ListingModel[]
  readonly province: string
  readonly machine: string
  /** Where a site's owner reads who fetches, and whom to write to. */
  readonly about: string
  /** Draws pages that are empty until their script has run; without one they stay empty, and say so. */
  readonly renderer?: Pick<Renderer, 'render'>
  readonly limits?: FetchLimits
  /** Batches under way at a time. Default 3. */
  readonly lanes?: number
  /** Most addresses of a batch. Default 256. */
  readonly batch?: number
  readonly onError: (error: unknown) => void
}

export interface Watcher {
  /** Pages written so far. */
  readonly pages: number
  stop(): Promise<void>
}

/** Fetches side by side within a batch of a host without a pace. */
const AT_ONCE = 16
/** A batch that holds so much is written as far as it is: pages may be large. */
const MOST_BYTES = 32 << 20
/** After so long a batch is written as far as it is. */
const TURN_MS = 15_000
const IDLE_MS = 200
const TROUBLE_MS = 1000
const BEAT_MS = 3000

export async function startWatcher(parts: WatcherParts): Promise<Watcher> {
  const { db, clock, onError } = parts
  const stopping = new AbortController()
  const worker = await enterWorker(db, clock, parts.machine)
  const decoys = createDecoys()
  const reader = openPictureReader()
  const seer = createLogoSeer(parts, reader)
  const rules = rulesSource(db, { listingModels: parts.models, panelModels: [] })
  let pages = 0

  async function turn(): Promise<boolean> {
    const claim = await claimDue(db, worker, clock.now(), parts.batch ?? 256)
    if (claim === null) return false
    // Read after the wait: other lanes count meanwhile.
    const written = await workOff(parts, claim, { decoys, rules, seer }, stopping.signal)
    pages += written
    return true
  }

  async function lane(): Promise<void> {
    while (!stopping.signal.aborted) {
      let rest = 0
      try {
        if (!(await turn())) rest = IDLE_MS
      } catch (error) {
        if (stopping.signal.aborted) return
        onError(error)
        rest = TROUBLE_MS
      }
      if (rest > 0) await pause(rest, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const beats = setInterval(() => {
    beat(db, clock, worker, pages).catch(onError)
  }, BEAT_MS)
  const lanes = Array.from({ length: parts.lanes ?? 3 }, lane)
  return {
    get pages() {
      return pages
    },
    async stop() {
      stopping.abort(new Failure('stopping', 'the platform is being stopped'))
      clearInterval(beats)
      await Promise.all(lanes)
      await reader.close()
      await leaveWork(db, clock, worker)
    },
  }
}

/** Fetches a claim's addresses and writes what came of them; how many were written. */
async function workOff(
  parts: WatcherParts,
  claim: Claim,
  { decoys, rules: source, seer }: { decoys: ReturnType<typeof createDecoys>; rules: RulesSource; seer: LogoSeer },
  signal: AbortSignal,
): Promise<number> {
  const { db, clock } = parts
  const { task, host } = claim
  const rules = await source.of(task.organisationId)
  const rule = await ruleOf(db, claim.platformId)
  const modelSet = modelSetOf(rules.listingModels, task.spec.elements.behaviours, rules.name + ruleName(rule))
  const robots = await robotsOf(parts, claim, userAgentOf(parts, claim), signal)
  const pages: BatchPage[] = []
  let cpuMs = 0
  const take = (address: ClaimedAddress, fetched: Fetched): BatchPage => {
    const began = parts.elapsed()
    const at = clock.now()
    const isDecoy = (sha256: string) => address.kind === 'page' && decoys.seen(host.origin, sha256, address.url)
    const follows = address.depth < task.spec.frequency.depth
    const reading = readFetched(address, fetched, { modelSet: modelSet.name, follows, isDecoy, now: at, rule })
    cpuMs += parts.elapsed() - began
    const page = { address, at, snapshotId: newId(at), fetched, reading, pictures: [] }
    pages.push(page)
    return page
  }
  const { left, look } = await fetchAll(
    parts,
    claim,
    robots.allows,
    Math.max(task.spec.frequency.hostPaceMs, robots.delayMs),
    { take, modelSet: modelSet.name, rule },
    signal,
  )
  const now = clock.now()
  const turn = turnOf(
    host,
    pages.map(({ reading, fetched }) => ({ ...reading, retryAfterMs: fetched.retryAfterMs })),
    now,
  )
  const began = parts.elapsed()
  const logos = rules.brands?.logos ?? []
  const { allows } = robots
  const looked = { logos, userAgent: userAgentOf(parts, claim), allows, signal }
  const examined = await examineBatch(db, pages, {
    organisationId: task.organisationId,
    spec: task.spec,
    modelSet,
    rules,
    ...(logos.length === 0 ? {} : { look: (page: BatchPage) => seer.look(page, looked, began) }),
  })
  cpuMs += parts.elapsed() - began
  const bodies = new Map<string, Bytes>()
  for (const { reading, fetched, pictures } of pages) {
    if (reading.sha256 !== null && reading.change !== 'same-bytes') bodies.set(reading.sha256, fetched.body as Bytes)
    for (const { sha256, body } of pictures) bodies.set(sha256, body)
  }
  const packed = await packBodies(db, parts, bodies)
  const written = await writeBatch(db, {
    claim,
    pages,
    packed,
    examined,
    modelSet,
    rule,
    cpuUs: cpuMs * 1000,
    now: clock.now(),
  })
  if (turn !== null) await keepTurn(db, host.id, turn, now)
  else if (look !== null && (look.difference !== null) !== (host.state === 'decoy')) {
    const state = look.difference === null ? 'ok' : 'decoy'
    await keepTurn(db, host.id, { state, reason: look.difference ?? '', refused: 0, nextAt: now }, now)
  }
  await giveBack(db, claim, left, turn?.nextAt ?? now)
  return written.pages
}

/** Fetches one after the other at the pace, or several at a time without one; stops at a refusal, or when it takes long. Ids of what was not asked for. */
async function fetchAll(
  parts: WatcherParts,
  claim: Claim,
  allows: (url: string) => boolean,
  paceMs: number,
  { take, modelSet, rule }: Taking,
  signal: AbortSignal,
): Promise<{ left: string[]; look: SecondLook | null }> {
  const waiting = [...claim.addresses]
  const userAgent = userAgentOf(parts, claim)
  let refused = false
  let held = 0
  let looked = false
  let look: SecondLook | null = null
  const { disguise } = claim.task.spec
  const options = { elapsed: parts.elapsed, signal, ...(parts.limits === undefined ? {} : { limits: parts.limits }) }
  const started = parts.elapsed()
  const run = async () => {
    // A slow host's pages are written in time, long before the claim on them ends; the rest is due again at once.
    while (waiting.length > 0 && held < MOST_BYTES && parts.elapsed() - started < TURN_MS) {
      const address = waiting.shift()!
      const began = parts.elapsed()
      if (!allows(address.url)) {
        take(address, notAllowed(address.url))
        continue
      }
      const { url, etag, modified } = address
      // What these models have not seen is asked for whole, changed or not.
      const known = address.examined === modelSet ? { etag, modified } : { etag: null, modified: null }
      const send = address.planted ? plantedSend(parts.db, parts.clock, address) : undefined
      const sent = await fetchPage(parts.guard, { url, userAgent, ...known }, { ...options, send })
      const fetched = address.kind === 'page' ? await drawnPage(parts.renderer ?? null, sent, userAgent, options) : sent
      held += fetched.body?.length ?? 0
      const page = take(address, fetched)
      await readPictures(parts, page, userAgent, allows, signal)
      const reader = page.reading.facts
      const isReal = address.kind === 'page' && !fetched.drawn && !address.planted
      if (disguise !== null && !looked && reader !== null && isReal) {
        looked = true
        if (paceMs > 0) await pause(paceMs, undefined, { signal })
        look = await secondLook(parts.guard, { url, userAgent: ownName(parts), reader, rule }, options)
      }
      refused ||= fetched.outcome === 'limited' || fetched.outcome === 'blocked'
      if (refused) return
      const rest = paceMs - (parts.elapsed() - began)
      if (waiting.length > 0 && rest > 0) await pause(rest, undefined, { signal })
    }
  }
  await Promise.all(Array.from({ length: paceMs > 0 ? 1 : AT_ONCE }, run))
  return { left: waiting.map(({ id }) => id), look }
}

interface Taking {
  readonly take: (address: ClaimedAddress, fetched: Fetched) => BatchPage
  readonly modelSet: string
  readonly rule: CaptureRule | null
}

const ownName = ({ about }: WatcherParts) => `Mozilla/5.0 (compatible; ${ROBOT_NAME}/1.0; +${about})`

/** The platform's own name, unless the task says otherwise with a reason. */
function userAgentOf(parts: WatcherParts, { task }: Claim): string {
  return task.spec.disguise?.userAgent ?? ownName(parts)
}

function notAllowed(url: string): Fetched {
  return {
    outcome: 'robots',
    detail: 'robots.txt does not allow it',
    status: null,
    finalUrl: url,
    mediaType: null,
    charset: null,
    body: null,
    etag: null,
    modified: null,
    retryAfterMs: null,
    drawn: false,
    ms: 0,
  }
}
