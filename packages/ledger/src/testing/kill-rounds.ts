/**
 * Kills a process with a ledger again and again, and counts what was acknowledged. Whoever calls it checks what the ledger
 * then holds.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '@mingzheng/kernel/testing'
import { openLedger } from '../ledger.ts'
import { testLedgerOptions } from './test-ledger.ts'

export interface KillReport {
  /** Ids as hex, acknowledged by a process that was killed later. */
  readonly acknowledged: ReadonlySet<string>
  /** Signed checkpoints of both trees between kills. */
  readonly checkpoints: readonly { readonly sha256: string; readonly sm3: string }[]
  /** Slowest opening after a kill, milliseconds. */
  readonly slowestOpening: number
}

/** Time from a process's first sign of life to its end, milliseconds. */
const LONGEST_LIFE_MS = 400

/** `kills` processes, one after the other, on the same folder; each ends by SIGKILL at a random instant. */
export async function killRounds(folder: string, seed: string, kills: number): Promise<KillReport> {
  const random = seededRandom(seed)
  const acknowledged = new Set<string>()
  const checkpoints: { sha256: string; sm3: string }[] = []
  let slowestOpening = 0
  for (let kill = 0; kill < kills; kill++) {
    for (const id of await oneLife(folder, `${seed} ${kill}`, random)) acknowledged.add(id)
    if (kill % 3 !== 2) continue
    const start = performance.now()
    const ledger = await openLedger(testLedgerOptions(folder))
    slowestOpening = Math.max(slowestOpening, performance.now() - start)
    checkpoints.push({ sha256: await ledger.checkpoint('sha256'), sm3: await ledger.checkpoint('sm3') })
    await ledger.close()
  }
  return { acknowledged, checkpoints, slowestOpening }
}

async function oneLife(folder: string, seed: string, random: (length: number) => Uint8Array): Promise<string[]> {
  const script = fileURLToPath(new URL('kill-child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder, seed], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let text = ''
  const alive = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      resolve()
    })
  })
  await Promise.race([alive, ended])
  const [high, low] = random(2)
  await new Promise((resolve) => setTimeout(resolve, ((high! * 256 + low!) / 65_536) * LONGEST_LIFE_MS))
  child.kill('SIGKILL')
  await ended
  // The last line may be cut off, and then nobody was told.
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n')
  return lines.slice(1).flatMap((line) => line.split(' ')[1] ?? [])
}
