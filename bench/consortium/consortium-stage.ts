/** Five organisations on this machine, each with its node and its CometBFT as processes of their own, founded by the real ceremony. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '@mingzheng/kernel'
import { type HttpLedger, openLedgerOverHttp } from '@mingzheng/ledger'
import { describeLocally, foundLocally } from '../../apps/node/src/local/local-consortium.ts'
import { processorSeconds } from './processor.ts'

export interface ConsortiumStage {
  /** Folder of each member, the regulator's first. */
  readonly homes: readonly { readonly id: string; readonly home: string; readonly url: string | null }[]
  readonly ledger: HttpLedger
  /** Processor seconds of all nodes, and of all their engines, since they began. */
  processor(): { readonly nodes: number; readonly engines: number }
  /** Starts the node of a further home; resolves when it says that it is ready. */
  start(home: string): Promise<void>
  /** Ends all processes and removes everything. */
  close(): Promise<void>
}

export const NODE_PROGRAM = resolve(import.meta.dirname, '../../apps/node/src/main.ts')

/** @param options `delayMs` from a vote to its effect; default a day. */
export async function openConsortiumStage(options: { readonly delayMs?: number } = {}): Promise<ConsortiumStage> {
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-consortium-'))
  const platform = {
    host: 'bench.example',
    province: '330000',
    demo: true,
    organisation: { zh: '监管机构', en: 'Regulator' },
    certificateRoots: [],
    timestampRoots: [],
    previous: null,
    ...(options.delayMs === undefined ? {} : { governance: { delayMs: options.delayMs, windowMs: 86_400_000 } }),
  }
  const founding = await foundLocally(folder, platform, systemClock)
  const { origin, ledgerUrl, tokenFile, homes } = await describeLocally(folder, founding)
  const processes: ChildProcess[] = []
  const stop = async () => {
    await Promise.all(
      processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        child.kill('SIGTERM')
        await once(child, 'exit')
      }),
    )
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await Promise.all(homes.map(({ home }) => start(home, processes)))
    const token = (await readFile(tokenFile, 'utf8')).trim()
    const ledger = await openLedgerOverHttp({ url: ledgerUrl, token, origin })
    const close = async () => {
      await ledger.close()
      await stop()
    }
    const processor = () => ({
      nodes: sum(processes.map(({ pid }) => pid ?? 0)),
      engines: sum(homes.map(({ home }) => engineOf(home))),
    })
    return { homes, ledger, processor, start: (home) => start(home, processes), close }
  } catch (error) {
    await stop()
    throw error
  }
}

function sum(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + processorSeconds(pid), 0)
}

/** Process number of a home's CometBFT. */
function engineOf(home: string): number {
  return (JSON.parse(readFileSync(join(home, 'comet', 'cometbft.pid'), 'utf8')) as { pid: number }).pid
}

/** Resolves when the node says that it is ready. */
async function start(home: string, processes: ChildProcess[]): Promise<void> {
  const child = spawn(process.execPath, [NODE_PROGRAM, 'run', home], { stdio: ['ignore', 'pipe', 'ignore'] })
  processes.push(child)
  for await (const line of createInterface({ input: child.stdout! })) {
    if (!line.includes('"ready":true')) continue
    child.stdout!.resume()
    return
  }
  throw new Error(`the node of ${home} ended with ${child.exitCode}`)
}
