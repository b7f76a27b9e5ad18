/**
 * One member of a consortium in a process of its own: ledger and CometBFT, told what to do over the channel to its parent. For
 * tests that kill. Every member has the same keys and its own items.
 */
import { readFileSync } from 'node:fs'
import { digest, fromHex, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { decodeEntry } from '@mingzheng/proof'
import { CometEngine } from '../engine/cometbft/comet-engine.ts'
import { openLedger } from '../ledger.ts'
import { type LedgerFiles, openDiskFiles } from '../storage/ledger-files.ts'
import type { CometMember } from './comet-rig.ts'
import { testItem, testLedgerOptions } from './test-ledger.ts'

/** What the parent writes to a file and gives as the only argument. */
export interface ChildOptions {
  readonly folder: string
  readonly binary: string
  readonly home: Omit<CometMember['home'], 'validators'> & {
    readonly validators: readonly { readonly member: string; readonly publicKey: string; readonly power: number }[]
  }
  readonly consensus: string
  readonly node: string
  /** Genesis time, milliseconds. */
  readonly time: number
  /** This member's clock is so far off, milliseconds. */
  readonly clockOffMs: number
  /** The ledger's disk takes so long to make anything durable, milliseconds. */
  readonly slowDiskMs: number
}

export type ChildQuestion =
  | { readonly kind: 'submit'; readonly count: number; readonly seed: string }
  | { readonly kind: 'status' }
  | { readonly kind: 'log' }
  | { readonly kind: 'stop' }

export type ChildAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'accepted'; readonly ids: readonly string[] }
  | {
      readonly kind: 'status'
      readonly size: number
      readonly witnessedSize: number
      readonly height: number
      readonly waiting: number
      readonly stalled: string | null
      readonly engine: number | null
      readonly restarts: number
      readonly rssMegabytes: number
    }
  | { readonly kind: 'log'; readonly digest: string; readonly root: string; readonly ids: readonly string[] }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string }

const options = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as ChildOptions
const say = (answer: ChildAnswer) => process.send?.(answer)
// Without its parent a test's process has no purpose.
process.on('disconnect', () => process.exit(1))

const engine = new CometEngine({
  home: {
    ...options.home,
    validators: options.home.validators.map((one) => ({ ...one, publicKey: fromHex(one.publicKey) })),
  },
  binary: options.binary,
  keys: { consensus: fromHex(options.consensus), node: fromHex(options.node) },
  log: ({ level, message }) => process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`),
  tuning: { retryMs: 100, watchMs: 250, restartMs: 100 },
})
const disk = openDiskFiles()
const ledger = await openLedger({
  ...testLedgerOptions(options.folder, { tuning: { gatherMs: 50, idleMs: 200 } }),
  clock: { now: () => Date.now() + options.clockOffMs },
  files: options.slowDiskMs === 0 ? disk : slow(disk, options.slowDiskMs),
  founding: { time: options.time, digest: digest('sha256', new Uint8Array()) },
  engine,
})
process.on('message', (question: ChildQuestion) => {
  answer(question).then(say, (error: Error) => say({ kind: 'failed', reason: error.message }))
})
say({ kind: 'ready' })

async function answer(question: ChildQuestion): Promise<ChildAnswer> {
  switch (question.kind) {
    case 'submit': {
      const random = seededRandom(question.seed)
      const items = Array.from({ length: question.count }, () => testItem(random))
      await ledger.submit(items)
      return { kind: 'accepted', ids: items.map(({ id }) => toHex(id)) }
    }
    case 'status': {
      const { size, witnessedSize, waiting, reason } = await ledger.status()
      const { height, pid, restarts } = engine.status()
      const rssMegabytes = Math.round(process.memoryUsage().rss / 1e6)
      return {
        kind: 'status',
        size,
        witnessedSize,
        height,
        waiting,
        stalled: reason?.code ?? null,
        engine: pid,
        restarts,
        rssMegabytes,
      }
    }
    case 'log': {
      const { root, witnessedSize } = await ledger.status()
      const entries = await ledger.entries(0, witnessedSize)
      const bytes = digest('sha256', Buffer.concat(entries.map(({ entry }) => entry)))
      const ids = entries.slice(1).map(({ entry }) => toHex(decodeEntry(entry).id))
      return { kind: 'log', digest: toHex(bytes), root: toHex(root), ids }
    }
    case 'stop':
      await ledger.close()
      await disk.close()
      // The answer must be out before the process ends.
      setTimeout(() => process.exit(0), 50)
      return { kind: 'stopped' }
  }
}

function slow(files: LedgerFiles, ms: number): LedgerFiles {
  const later = async <T>(task: () => Promise<T>) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    return task()
  }
  return {
    ...files,
    store: (path, bytes, durable) => later(() => files.store(path, bytes, durable)),
    sync: (path) => later(() => files.sync(path)),
    create: (path) => {
      const file = files.create(path)
      return { append: (bytes) => file.append(bytes), sync: () => later(() => file.sync()), close: () => file.close() }
    },
  }
}
