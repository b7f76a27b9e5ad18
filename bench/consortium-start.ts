/**
 * `consortium-start`: from an empty data folder to the first witnessed receipt, as a user starts it: `up --consortium`, five
 * organisations on this machine, web built before. Beside it the same without a consortium. Each is killed off at the end; where
 * the time goes is read from what the processes say themselves.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '@mingzheng/api'
import { fromBase64 } from '@mingzheng/kernel'
import { parsePolicy, verifyReceipt } from '@mingzheng/proof'
import type { BenchResult, Figure } from './result/result.ts'

const LAUNCHER = resolve(import.meta.dirname, '../mingzheng')
const TARGET_SECONDS = 30
const MOST_SECONDS = 600

interface Started {
  /** Seconds from the command to the line that names the address, and to a receipt that verifies. */
  readonly ready: number
  readonly receipt: number
  readonly founded: number | null
  /** Milliseconds of the server's parts, as it says when it is ready. */
  readonly parts: Readonly<Record<string, number>>
}

export async function run(): Promise<BenchResult> {
  // What is built once per installation must not be measured.
  await start(['--no-demo'])
  const alone = await start([])
  const five = await start(['--consortium'])
  const reference = { name: 'up without a consortium', value: alone.receipt }
  const plain = (name: string, value: number, unit = 's'): Figure => ({
    ...{ name, value, unit, reference: null, ratio: null, target: null, met: null },
  })
  return {
    bench: 'consortium-start',
    figures: [
      {
        name: 'up --consortium to the first witnessed receipt',
        value: five.receipt,
        unit: 's',
        reference,
        ratio: five.receipt / reference.value,
        target: `< ${TARGET_SECONDS} s once installed`,
        met: five.receipt < TARGET_SECONDS,
      },
      plain('of it until founded', five.founded ?? 0),
      plain('of it until the address is named', five.ready),
      ...Object.entries(five.parts)
        .filter(([, ms]) => ms >= 100)
        .map(([name, ms]) => plain(`of it the server's ${name}`, ms, 'ms')),
    ],
  }
}

async function start(options: readonly string[]): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'mingzheng-start-'))
  chmodSync(folder, 0o711)
  const data = join(folder, 'data')
  const began = Date.now()
  const since = () => (Date.now() - began) / 1000
  const child = spawn(process.execPath, [LAUNCHER, 'up', '--data', data, '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: '', MINGZHENG_DATA: '', DATABASE_URL: '', BLOBS_URL: '' },
  })
  try {
    const url = await addressFrom(child)
    const ready = since()
    await firstReceipt(url)
    const receipt = since()
    const founding = join(data, 'consortium', 'founding.json')
    const founded = options.includes('--consortium') ? (statSync(founding).mtimeMs - began) / 1000 : null
    return { ready, receipt, founded, parts: partsIn(readFileSync(join(data, 'log', 'server.log'), 'utf8')) }
  } finally {
    if (child.exitCode === null) {
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
    }
    rmSync(folder, { recursive: true, force: true })
  }
}

async function addressFrom(child: ChildProcess): Promise<string> {
  let said = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  for (let waited = 0; waited < MOST_SECONDS * 1000; waited += 20) {
    const found = /ready: (\S+)/.exec(said)?.[1]
    if (found !== undefined) return found
    if (child.exitCode !== null) break
    await pause(20)
  }
  throw new Error(`it did not start: ${said}`)
}

/** Until an entry of the platform's ledger has a receipt that the policy in force believes. */
async function firstReceipt(url: string): Promise<void> {
  const client = createClient(url, fetch)
  const policy = parsePolicy(new Uint8Array(await (await fetch(`${url}/api/public/policy.json`)).arrayBuffer()))
  for (let waited = 0; waited < MOST_SECONDS * 1000; waited += 50) {
    const { size } = await client.call('ledger.entries', { query: { limit: 1 } })
    if (size > 0) {
      const { entry, proof } = await client.call('ledger.receipt', { params: { index: size - 1 } })
      if (verifyReceipt({ entry: fromBase64(entry), proof, profile: 'sha256', policy }).verdict === 'verified') return
    }
    await pause(50)
  }
  throw new Error('no receipt came')
}

function partsIn(log: string): Record<string, number> {
  for (const line of log.trim().split('\n').reverse()) {
    const { openedMs } = JSON.parse(line) as { openedMs?: Record<string, number> }
    if (openedMs !== undefined) return openedMs
  }
  return {}
}
