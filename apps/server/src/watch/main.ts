/**
 * A worker of monitoring: a thread of the server, or a program of its own on any machine that reaches the database and the blobs
 * (`./mingzheng watch`). It needs no ledger: what it finds waits in the database for the server to fix.
 */
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { chooseBrowser, openRenderer } from '@mingzheng/evidence'
import { Failure, isRefusal, systemClock } from '@mingzheng/kernel'
import {
  listingModels,
  type MonitoringTables,
  openGuardedAgent,
  panelModels,
  runPanels,
  startWatcher,
} from '@mingzheng/monitoring'
import { openBlobs, openDatabase } from '@mingzheng/storage'
import { z } from 'zod'

/** How often it is looked whether listings have changed, for the models that look at many together. */
const PANELS_MS = 60_000

const settingsSchema = z.object({
  databaseUrl: z.string(),
  blobsUrl: z.string().nullable(),
  blobsFolder: z.string(),
  province: z.string(),
  about: z.string(),
  /** The browser that draws pages, where one is named, and where one from npm is unpacked. */
  chromium: z.string().nullable(),
  browserFolder: z.string(),
  /** Private destinations that are open, `host:port`. */
  open: z.array(z.string()),
})

function settings(): z.infer<typeof settingsSchema> {
  if (!isMainThread) return settingsSchema.parse(workerData)
  const { DATABASE_URL, BLOBS_URL, MINGZHENG_PROVINCE, MINGZHENG_CHROMIUM, PUBLIC_URL } = process.env
  if (!DATABASE_URL || !BLOBS_URL) {
    const field = DATABASE_URL ? 'BLOBS_URL' : 'DATABASE_URL'
    throw new Failure('configuration-wrong', `${field} is not set`, { field, remedy: 'set it to what the server uses' })
  }
  return {
    databaseUrl: DATABASE_URL,
    blobsUrl: BLOBS_URL,
    blobsFolder: '',
    province: MINGZHENG_PROVINCE || '330000',
    about: `${PUBLIC_URL || 'https://mingzheng.invalid'}/monitoring`,
    chromium: MINGZHENG_CHROMIUM || null,
    browserFolder: join(tmpdir(), 'mingzheng-browser'),
    open: [],
  }
}

async function main(): Promise<void> {
  const { databaseUrl, blobsUrl, blobsFolder, province, about, open, chromium, browserFolder } = settings()
  const say = (line: Record<string, unknown>) =>
    isMainThread ? process.stdout.write(`${JSON.stringify(line)}\n`) : parentPort!.postMessage(line)
  const onError = (error: unknown) =>
    say({ kind: 'trouble', detail: error instanceof Error ? error.stack : String(error) })
  const database = await openDatabase<MonitoringTables>({
    source: { url: databaseUrl },
    applicationName: 'mingzheng watch',
    poolSize: 8,
    onIdleError: onError,
  })
  const blobs = await openBlobs({ url: blobsUrl, folder: blobsFolder, clock: systemClock })
  const allow = (host: string, port: number) => open.includes(`${host}:${port}`) || (port === 80 && open.includes(host))
  const guard = openGuardedAgent({ allow })
  const renderer = openRenderer({
    clock: systemClock,
    allow,
    async browser() {
      const choice = await chooseBrowser({
        ...(chromium === null ? {} : { configured: chromium }),
        npmFolder: browserFolder,
      })
      if (isRefusal(choice)) throw new Failure(choice.code, choice.detail)
      return choice
    },
  })
  const watcher = await startWatcher({
    db: database.system,
    blobs,
    clock: systemClock,
    elapsed: () => performance.now(),
    guard,
    renderer,
    models: listingModels,
    province,
    machine: hostname(),
    about,
    onError,
  })
  say({ kind: 'ready', ready: true, url: '' })
  const panels = { db: database.system, blobs, clock: systemClock, province, models: panelModels }
  let running: Promise<unknown> = Promise.resolve()
  const looks = setInterval(() => {
    running = running.then(() => runPanels(panels)).catch(onError)
  }, PANELS_MS)
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    clearInterval(looks)
    await watcher.stop()
    await running
    await renderer.close()
    await guard.close()
    await blobs.close()
    await database.close()
    if (isMainThread) process.exit(0)
    parentPort!.postMessage({ kind: 'stopped' })
    parentPort!.close()
  }
  if (isMainThread) {
    process.on('SIGTERM', () => void stop())
    process.on('SIGINT', () => void stop())
  } else parentPort!.on('message', () => void stop())
}

await main()
