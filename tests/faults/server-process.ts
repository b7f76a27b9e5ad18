/** The server as its own process in a folder, to be killed and started again; and the processes that belong to it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url))

export interface ServerProcess {
  readonly pid: number
  readonly url: string
  /** From the start of the process to its ready line, milliseconds. */
  readonly startMs: number
  kill(): Promise<void>
  /** The orderly end. */
  stop(): Promise<void>
}

/** Starts it on `data` and waits until it is ready. Throws with its last words when it ends before. */
export async function startServerProcess(data: string, environment: Record<string, string>): Promise<ServerProcess> {
  const started = performance.now()
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, MINGZHENG_DATA: data, MINGZHENG_PORT: '0', MINGZHENG_DEMO: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-4000)
  })
  const url = await readyUrl(child, exited, () => words)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return {
    pid: child.pid!,
    url,
    startMs: performance.now() - started,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

async function readyUrl(child: ChildProcess, exited: Promise<unknown>, words: () => string): Promise<string> {
  const lines = createInterface({ input: child.stdout! })
  const ready = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const said = JSON.parse(line) as { ready: boolean; url?: string }
      if (said.ready) resolve(said.url!)
    })
  })
  const ended = exited.then(() => {
    throw new Error(`the server ended before it was ready: ${words()}`)
  })
  ended.catch(() => undefined)
  return Promise.race([ready, ended])
}

/** Process id of the database server in the folder; null when none is noted. */
export async function databasePid(data: string): Promise<number | null> {
  const text = await readFile(join(data, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return pid > 0 ? pid : null
}

interface ProcessInfo {
  pid: number
  parent: number
  command: string
}

/** Every living process (corpses left out), from /proc. */
async function processes(): Promise<ProcessInfo[]> {
  const found: ProcessInfo[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === undefined || state === '' || state === 'Z' || state === 'X') continue
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    found.push({ pid: Number(name), parent: Number(parent), command: command.replaceAll('\0', ' ') })
  }
  return found
}

/** Processes below `pid`, at any depth, with their commands. */
export async function descendants(pid: number): Promise<ProcessInfo[]> {
  const all = await processes()
  const found: ProcessInfo[] = []
  for (let parents = new Set([pid]); parents.size > 0; ) {
    const children = all.filter(({ parent }) => parents.has(parent))
    found.push(...children)
    parents = new Set(children.map((child) => child.pid))
  }
  return found
}

/** The browsers that a server runs: the head of each browser's group. */
export async function browsersOf(pid: number): Promise<number[]> {
  const children = (await descendants(pid)).filter((child) => child.parent === pid)
  return children.filter(({ command }) => command.includes('--remote-debugging-pipe')).map((child) => child.pid)
}

/** Which of these still run as what they were: a number may belong to another program by now. */
export async function stillRunning(known: readonly ProcessInfo[]): Promise<ProcessInfo[]> {
  const all = new Map((await processes()).map((info) => [info.pid, info]))
  return known.filter(({ pid, command }) => all.get(pid)?.command === command)
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It ended by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
