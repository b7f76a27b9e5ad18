/** A member's node as a process of its own, started as its operator would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { toolPath } from '../capability.ts'

const MAIN = resolve(import.meta.dirname, '../../apps/node/src/main.ts')

export interface RunningNode {
  readonly child: ChildProcess
  readonly url: string
  readonly ledgerUrl: string
  readonly courtUrl: string | null
}

export interface NodeStart {
  readonly home: string
  /** The longest that it may take, milliseconds. */
  readonly patienceMs: number
  readonly main?: string
  readonly environment?: NodeJS.ProcessEnv
}

/** Resolves when the node says where it is; throws with its last words when it ends, refuses or takes too long. */
export async function startNodeProcess(id: string, start: NodeStart): Promise<RunningNode> {
  const { home, patienceMs, main = MAIN, environment } = start
  const env = { ...process.env, MINGZHENG_COMETBFT: toolPath('cometbft'), ...environment }
  const child = spawn(process.execPath, [main, 'run', home], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told = (told + text).slice(-4000)
  })
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    once(child, 'exit').then(() => Promise.reject(new Error(`the node of ${id} ended: ${told}`))),
    pause(patienceMs, null, { ref: false }).then(() => Promise.reject(new Error(`${id} does not start: ${told}`))),
  ]).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  const said = JSON.parse(line) as Omit<RunningNode, 'child'> & { ready: boolean }
  if (!said.ready) throw new Error(`the node of ${id} does not start: ${line}`)
  return { child, url: said.url, ledgerUrl: said.ledgerUrl, courtUrl: said.courtUrl }
}
