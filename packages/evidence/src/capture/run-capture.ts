/** One capture in a browser that stands: listen, open page after page, put everything away. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { openWarc } from '../archive/warc-writer.ts'
import { WARC_NAME } from '../archive/write-wacz.ts'
import { groupMemory } from '../browser/group-memory.ts'
import type { LaunchCode } from '../browser/launch-browser.ts'
import { type CaptureContext, listFile, newFile } from './capture-context.ts'
import type { CaptureEvent } from './capture-event.ts'
import { capturePage, type PageOutcome } from './capture-page.ts'
import type { CapturedNetwork, CaptureResult, ClockReading } from './capture-result.ts'
import { readClock } from './clock-check.ts'
import { Downloads } from './downloads.ts'
import { type Inspection, inspectEnvironment, keepEnvironment } from './environment/inspect-environment.ts'
import { askResolvers, differingNames } from './environment/names.ts'
import { endTraffic, keepCertificates, packArchive, SOFTWARE } from './finish-capture.ts'
import type { CheckedAddress } from './guard/check-address.ts'
import { startLiveView } from './live-view.ts'
import type { Stop } from './step.ts'
import type { Tab } from './tab.ts'
import { openGate } from './traffic/gate.ts'
import { TrafficKeeper } from './traffic/keep-traffic.ts'
import { Recorder } from './traffic/recorder.ts'
import { PageWatch } from './watch-pages.ts'

export interface CaptureRun {
  context: Omit<CaptureContext, 'activity'>
  addresses: readonly CheckedAddress[]
  startedAt: number
  clockBefore: Promise<ClockReading | null>
  emit: (event: CaptureEvent) => void
}

/** How a capture ends that opened nothing. */
export type OpeningCode = LaunchCode | 'capture-cancelled'

const UNKNOWN_CLOCK: ClockReading = { source: '', offsetMs: null, uncertaintyMs: null }
const PROGRESS_MS = 250
const WEIGHING_MS = 1_000
const LONGEST_HOLD_MS = 8_000

export async function runCapture(run: CaptureRun): Promise<CaptureResult> {
  const { request, session } = run.context
  const work = join(request.out, '.work')
  await mkdir(work, { recursive: true })
  const warcFile = join(work, WARC_NAME)
  const info = {
    software: SOFTWARE,
    format: 'WARC File Format 1.1',
    'http-header-user-agent': session.running.userAgent,
  }
  const warc = await openWarc(warcFile, WARC_NAME, info, run.startedAt)
  try {
    return await record(run, work, warcFile, warc)
  } catch (error) {
    // Whatever broke off the capture, nobody else closes the file.
    await warc.finish().catch(() => undefined)
    throw error
  }
}

async function record(
  run: CaptureRun,
  work: string,
  warcFile: string,
  warc: Awaited<ReturnType<typeof openWarc>>,
): Promise<CaptureResult> {
  const { request, limits, steps, log, stop, session } = run.context
  const { clock } = request
  const keeper = new TrafficKeeper(warc, session.guard, steps)
  const downloads = new Downloads(
    session.running.connection.browser,
    session.downloads,
    limits.networkBytes,
    steps,
    log,
  )

  let lastAt = clock.now()
  let pageNumber: number | null = null
  const limit = (which: 'bytes' | 'requests') => {
    const detail =
      which === 'bytes' ? 'more bytes came than the capture may take' : `more than ${limits.requests} requests`
    stop.say(`limit-${which}`, detail)
    log.add('limit', detail, pageNumber)
    session.guard.cut()
    for (const page of session.pages()) page.session.post('Page.stopLoading')
  }
  const recorder = new Recorder({
    now: () => clock.now(),
    keep: (exchange) => {
      if (!downloads.hold(exchange)) keeper.keep(exchange)
    },
    decodedBytes: limits.decodedBytes,
    requests: limits.requests,
    onLimit: limit,
    onActivity: () => {
      lastAt = clock.now()
    },
  })
  const context: CaptureContext = {
    ...run.context,
    activity: { lastAt: () => lastAt, pending: () => recorder.pending() + downloads.active, now: () => clock.now() },
  }
  const inspection = await steps.run('environment', null, 'step-failed', () => inspectEnvironment(context))
  const watch = new PageWatch({
    session,
    limits,
    steps,
    log,
    onCrash: () => steps.lack('tab-crashed', `the tab of page ${pageNumber ?? '?'} crashed`),
    page: () => pageNumber,
  })
  const hold = { documents: true, lost: false }
  await openGate(session.running.connection.browser, {
    listen: (id, patienceMs) => recorder.listen(id, patienceMs),
    holdMs: Math.min(LONGEST_HOLD_MS, limits.openMs / 2),
    take: (id, body) => recorder.take(id, body),
    takeDownload: (asked, status, headers) => recorder.takeDownload(asked, status, headers),
    takeNameless: (asked, body) => recorder.takeNameless(asked, body),
    holdDocuments: () => hold.documents,
    onDocumentLost: (url, reason) => {
      hold.lost = true
      log.add('note', `${url} did not come whole: ${reason}`, pageNumber)
    },
  })
  session.observe({
    onTarget: (target) => {
      recorder.attach(target.session, target.type)
      watch.attach(target)
    },
    onTargetGone: (targetId) => watch.gone(targetId),
    onRefused: (connection) => {
      if (connection.outcome === 'closed-network') steps.note('closed-network', connection.detail)
      log.add('refused', `${connection.host}:${connection.port}: ${connection.detail}`, pageNumber)
    },
    onNetworkLimit: () => limit('bytes'),
  })
  void session.running.connection.closed.then(() => stop.say('browser-lost', 'the browser ended by itself'))
  const progress = setInterval(
    () => run.emit({ kind: 'bytes', received: session.guard.received(), requests: recorder.requests }),
    PROGRESS_MS,
  )
  const weighing = setInterval(async () => {
    const held = await groupMemory(session.running.group)
    if (held === null || held <= limits.memoryBytes) return
    clearInterval(weighing)
    stop.say('limit-memory', `the browser held more than ${limits.memoryBytes} bytes of memory`)
    // Only its end gives the memory back.
    await session.running.close()
  }, WEIGHING_MS)
  const dns = askResolvers(hostNames(run.addresses), request.dnsServers ?? inspection?.machine.resolvers ?? [])

  const pages: PageOutcome[] = []
  let tab: Tab | null = null
  let broken: unknown = null
  try {
    for (const [index, address] of run.addresses.entries()) {
      if (address.lookalike !== null) steps.note('address-lookalike', address.lookalike)
      if (stop.reason !== null) {
        steps.lack('address-not-opened', `${address.url}: the capture had stopped (${stop.reason})`)
        continue
      }
      pageNumber = index + 1
      watch.nextPage()
      hold.documents = true
      hold.lost = false
      log.add('navigate', address.url, pageNumber)
      tab = await usableTab(tab, run, context)
      const reopen = () => {
        const lost = hold.lost && stop.reason === null
        hold.lost = false
        if (lost) hold.documents = false
        return lost
      }
      pages.push(await capturePage(context, tab, address.url, pageNumber, reopen))
    }
  } catch (error) {
    broken = error
    steps.lack('step-failed', (error as Error).message)
  }
  clearInterval(progress)
  clearInterval(weighing)
  if (pages.length === 0) throw nothingOpened(stop, broken)
  run.emit({ kind: 'bytes', received: session.guard.received(), requests: recorder.requests })
  return finish({ run, context, recorder, keeper, downloads, warc, warcFile, work, pages, tab, inspection, dns })
}

/** Evidence is of at least one page: what ended before the first leaves none, and may be asked for again. */
function nothingOpened(stop: Stop, broken: unknown): Failure<OpeningCode> {
  if (stop.reason === 'cancelled') {
    return new Failure<OpeningCode>('capture-cancelled', 'the capture was cancelled before a page was opened')
  }
  const why = stop.reason === null ? ((broken as Error | null)?.message ?? 'no address was given') : stop.detail
  return new Failure<OpeningCode>('browser-failed', `the browser opened nothing: ${why}`, {
    cause: broken,
    remedy: 'ask for the capture again; see with `mingzheng doctor` whether the browser starts',
  })
}

async function usableTab(tab: Tab | null, run: CaptureRun, context: CaptureContext): Promise<Tab> {
  if (tab !== null && !tab.crashed) return tab
  const { session, request } = context
  const shown = request.session === undefined || tab !== null ? undefined : session.pages().at(-1)
  const made = shown === undefined ? await session.openTab() : session.tab(shown.targetId)
  if (request.liveView === true) {
    startLiveView(
      made.session,
      () => request.clock.now(),
      (frame) => run.emit({ kind: 'frame', ...frame }),
    )
  }
  return made
}

interface Ending {
  run: CaptureRun
  context: CaptureContext
  recorder: Recorder
  keeper: TrafficKeeper
  downloads: Downloads
  warc: Awaited<ReturnType<typeof openWarc>>
  warcFile: string
  work: string
  pages: PageOutcome[]
  tab: Tab | null
  inspection: Inspection | null
  dns: Promise<CapturedNetwork['dns']>
}

async function finish(ending: Ending): Promise<CaptureResult> {
  const { run, context, recorder, keeper, pages, inspection } = ending
  const { request, steps, stop, session, log, files } = context
  const tls = await keepCertificates(context, ending.tab, keeper)
  if (stop.reason !== null) {
    log.add('limit', `stopped: ${stop.detail}`)
    steps.lack(stop.reason, stop.detail)
  }
  await steps.run('traffic', null, 'step-failed', () => endTraffic(context, recorder, keeper, ending.downloads))
  const [after, before] = await Promise.all([
    steps.run('clock-after', null, 'clock-not-checked', async () => {
      const reading = await readClock(request.timeSource, new AbortController().signal)
      return { value: reading, detail: reading.offsetMs === null ? 'no source' : `${reading.offsetMs} ms` }
    }),
    run.clockBefore,
    steps.run('archive', null, 'archive-failed', () => packArchive(context, ending.warc, ending.warcFile, pages)),
  ])
  const clock = { before: before ?? UNKNOWN_CLOCK, after: after ?? UNKNOWN_CLOCK }
  noteClock(context, clock)
  const network = await networkFacts(ending, tls)
  let environment: string | null = null
  if (inspection !== null) {
    const hosts = hostNames(run.addresses)
    environment = await keepEnvironment(context, { inspection, hosts, opened: openedHosts(context), network, clock })
  }
  const actionLog = 'data/action-log.jsonl'
  await writeFile(await newFile(request.out, actionLog), log.bytes(), { flag: 'wx', mode: 0o600 })
  listFile(files, request.out, actionLog, 'application/x-ndjson', 'action-log')
  await rm(ending.work, { recursive: true, force: true })
  const reason = steps.missing.length === 0 ? null : steps.missing.join('; ').slice(0, 1_900)
  return {
    complete: reason === null,
    reason,
    startedAt: run.startedAt,
    endedAt: request.clock.now(),
    clock: { ...clock, source: clock.before.source || clock.after.source },
    pages: pages.map(({ openedAt: _openedAt, visibleText: _text, ...page }) => page),
    files,
    network,
    environment,
    actionLog,
    anomalies: steps.anomalies,
    tools: [
      { name: 'Mingzheng capture', version: '0.1.0', sha256: inspection?.codeDigest ?? null },
      {
        name: session.running.product.split('/')[0]!,
        version: session.running.product.split('/')[1] ?? '',
        sha256: null,
      },
      { name: 'Node.js', version: process.version, sha256: null },
    ],
    entrySteps: entrySteps(context, run.addresses),
    traffic: { requests: recorder.requests, responses: keeper.responses, networkBytes: session.guard.received() },
  }
}

function noteClock(context: CaptureContext, clock: { before: ClockReading; after: ClockReading }): void {
  const { before, after } = clock
  if (before.offsetMs === null && after.offsetMs === null) {
    context.steps.note('clock-not-checked', 'no time source could be reached')
  } else if (before.offsetMs !== null && after.offsetMs !== null && before.source === after.source) {
    const moved = Math.abs(after.offsetMs - before.offsetMs)
    const blur = (before.uncertaintyMs ?? 0) + (after.uncertaintyMs ?? 0) + 200
    if (moved > blur)
      context.steps.note('clock-stepped', `the clock moved by ${Math.round(moved)} ms during the capture`)
  }
}

async function networkFacts(ending: Ending, tls: CapturedNetwork['tls']): Promise<CapturedNetwork> {
  const { context, keeper, inspection } = ending
  const names = new Map<string, string[]>()
  for (const connection of context.session.guard.connections) {
    if (connection.answers.length > 0) names.set(connection.host, connection.answers)
  }
  const system = [...names].map(([name, answers]) => ({ name, resolver: 'system', answers: answers.slice(0, 100) }))
  const dns = [...system, ...(await ending.dns)]
  for (const name of differingNames(dns)) {
    context.steps.note('dns-differs', `resolvers gave different addresses for ${name}`)
  }
  return {
    ownAddresses: (inspection?.machine.addresses ?? []).map((each) => each.address).slice(0, 1_000),
    proxy: context.request.systemProxy ?? null,
    serverAddresses: [...keeper.serverAddresses].slice(0, 10_000),
    dns: dns.slice(0, 10_000),
    tls: tls.slice(0, 10_000),
  }
}

function hostNames(addresses: readonly CheckedAddress[]): string[] {
  return [...new Set(addresses.map((address) => address.host))].filter(
    (host) => /[a-z]/i.test(host) && !host.includes(':'),
  )
}

/** Private hosts that the deployment opened and that were used. */
function openedHosts(context: CaptureContext): string[] {
  const allow = context.request.allow ?? (() => false)
  const used = context.session.guard.connections.filter(
    (each) => each.outcome === 'open' && allow(each.host, each.port),
  )
  return [...new Set(used.map((each) => `${each.host}:${each.port}`))]
}

function entrySteps(context: CaptureContext, addresses: readonly CheckedAddress[]): string[] {
  const lived =
    context.request.session === undefined ? [] : ['the officer reached the page in the live browser, signed in']
  return [...lived, ...addresses.map((address) => `opened ${address.url}`)]
    .map((step) => step.slice(0, 1_000))
    .slice(0, 1_000)
}
