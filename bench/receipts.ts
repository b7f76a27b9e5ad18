/**
 * `receipts`: a node serves receipts of random entries from logs of ten thousand to ten million entries, over HTTP, right after it was
 * started. Reference: reading the bundle of each of the same entries and hashing it in both trees' digests, which is what a server
 * without tiles would have to do at least. BENCH_ENTRIES is the longest log, BENCH_RECEIPTS how many are asked for.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest, fromBase64 } from '@mingzheng/kernel'
import { makeCheckpoint, tilePath, verifyReceipt } from '@mingzheng/proof'
import { createTestConsortium, FIVE_MEMBERS } from '@mingzheng/proof/testing'
import type { LogState } from '../packages/ledger/src/log/log.ts'
import { makeReceipt, type WitnessedCheckpoint } from '../packages/ledger/src/log/prove.ts'
import { openDiskFiles } from '../packages/ledger/src/storage/ledger-files.ts'
import { type LongLog, newLog, openLog } from './receipts/long-log.ts'
import type { ServerOrder } from './receipts/receipt-server.ts'
import type { BenchResult, Figure } from './result/result.ts'
import { seededUniform } from './seeded/seeded-numbers.ts'

const LONGEST = Number(process.env.BENCH_ENTRIES ?? 10_000_000)
const SIZES = [10_000, 100_000, 1_000_000, 10_000_000].filter((size) => size <= LONGEST)
const ASKED = Number(process.env.BENCH_RECEIPTS ?? 20_000)
const CALLERS = 16
const CHECKED = 200
const TARGET = 2000

type Consortium = ReturnType<typeof createTestConsortium>

export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-receipts-'))
  const consortium = createTestConsortium()
  const log = newLog(folder)
  try {
    const figures: Figure[] = []
    for (const size of SIZES) {
      const began = performance.now()
      await log.grow(size)
      process.stderr.write(`${size.toLocaleString('en')} entries, ${Math.round(performance.now() - began)} ms\n`)
      figures.push(...(await measure(log, consortium)))
    }
    const served = figures.filter(({ name }) => name.startsWith('served')).map(({ value }) => value)
    const ratio = served.at(-1)! / served[0]!
    const first = { name: `from ${SIZES[0]!.toLocaleString('en')}`, value: served[0]! }
    const name = `longest log against shortest`
    figures.push({
      name,
      value: served.at(-1)!,
      unit: '/s',
      reference: first,
      ratio,
      target: '>= 0.5',
      met: ratio >= 0.5,
    })
    return { bench: 'receipts', figures }
  } finally {
    await log.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(made: LongLog, consortium: Consortium): Promise<Figure[]> {
  const { folder, log } = made
  const { state, size } = log
  const checkpoint = await signed(made, consortium)
  const random = seededUniform(`receipts ${size}`)
  const indices = Array.from({ length: ASKED }, () => Math.floor(random() * size))
  const reference = await hashing(folder, indices, size)
  const alone = inProcess(folder, state, checkpoint, indices)
  const served = await overHttp({ folder, state, checkpoint }, indices, consortium)
  const named = size.toLocaleString('en')
  const against = { name: 'reading and hashing the bundles', value: reference }
  return [
    {
      name: `served over HTTP from ${named}`,
      value: served,
      unit: 'receipts/s',
      reference: against,
      ratio: served / reference,
      target: `>= ${TARGET.toLocaleString('en')}`,
      met: served >= TARGET,
    },
    {
      name: `made from ${named}`,
      value: alone.rate,
      unit: 'receipts/s',
      reference: against,
      ratio: alone.rate / reference,
      target: null,
      met: null,
    },
    {
      // What a busy machine does not change.
      name: `made from ${named}, a second of processor`,
      value: alone.perProcessorSecond,
      unit: 'receipts',
      reference: null,
      ratio: null,
      target: null,
      met: null,
    },
  ]
}

/** The checkpoints of the present size, signed by all five members. */
async function signed({ log }: LongLog, consortium: Consortium): Promise<WitnessedCheckpoint> {
  const note = async (profile: 'sha256' | 'sm3') => {
    const suffix = profile === 'sm3' ? '/sm3' : ''
    const origin = consortium.policy.origin + suffix
    const [head] = FIVE_MEMBERS.map(({ id }) => consortium.signersOf(id)[profile][0])
    const own = FIVE_MEMBERS.map(({ id }) => consortium.signersOf(id)[profile][1])
    return makeCheckpoint({ origin, size: log.size, root: log.trees[profile].root() }, [head!, ...own])
  }
  return { size: log.size, sha256: await note('sha256'), sm3: await note('sm3') }
}

/** Bundles of entries read and hashed a second. */
async function hashing(folder: string, indices: readonly number[], size: number): Promise<number> {
  const some = indices.slice(0, ASKED / 10)
  const start = performance.now()
  for (const index of some) {
    const bundle = Math.floor(index / 256)
    const width = Math.min(256, size - bundle * 256)
    const bytes = new Uint8Array(
      await readFile(join(folder, 'log', tilePath({ level: 'entries', index: bundle, width }))),
    )
    for (const name of ['sha256', 'sm3'] as const) {
      for (let i = 0; i < width; i++) digest(name, bytes.subarray(0, bytes.length / width))
    }
  }
  return (some.length / (performance.now() - start)) * 1000
}

function inProcess(folder: string, state: LogState, checkpoint: WitnessedCheckpoint, indices: readonly number[]) {
  const log = openLog(folder, state, openDiskFiles())
  const start = performance.now()
  const began = process.cpuUsage()
  for (const index of indices) makeReceipt(log, index, checkpoint)
  const { user, system } = process.cpuUsage(began)
  const rate = (indices.length / (performance.now() - start)) * 1000
  log.close()
  return { rate, perProcessorSecond: (indices.length / (user + system)) * 1e6 }
}

async function overHttp(order: ServerOrder, indices: readonly number[], { policy }: Consortium): Promise<number> {
  const server = fork(new URL('./receipts/receipt-server.ts', import.meta.url), { serialization: 'advanced' })
  try {
    server.send(order)
    const [{ url }] = (await once(server, 'message')) as [{ url: string }]
    const agent = new Agent({ keepAlive: true, maxSockets: CALLERS })
    const checked: string[] = []
    let next = 0
    const start = performance.now()
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        for (let at = next++; at < indices.length; at = next++) {
          const text = await read(`${url}/receipt/${indices[at]}`, agent)
          if (checked.length < CHECKED) checked.push(text)
        }
      }),
    )
    const rate = (indices.length / (performance.now() - start)) * 1000
    agent.destroy()
    for (const text of checked) {
      const { entry, proof, proofSm3 } = JSON.parse(text) as { entry: string; proof: string; proofSm3: string }
      for (const [profile, told] of [
        ['sha256', proof],
        ['sm3', proofSm3],
      ] as const) {
        const { verdict } = verifyReceipt({ entry: fromBase64(entry), proof: told, profile, policy })
        if (verdict !== 'verified') throw new Error(`a receipt does not hold in the tree of ${profile}`)
      }
    }
    return rate
  } finally {
    server.kill()
  }
}

function read(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    }).on('error', reject)
  })
}
