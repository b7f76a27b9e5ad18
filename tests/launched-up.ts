/** Starts the launcher as a person would at a terminal, and its `up`. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export const ROOT = resolve(import.meta.dirname, '..')
const LAUNCHER = join(ROOT, 'mingzheng')

/** As a person starts it: by whichever Node is on the path, not by the one that runs the tests. */
const started = (launcher: string, args: readonly string[]): [program: string, args: string[]] =>
  process.platform === 'win32' ? ['node', [launcher, ...args]] : [launcher, [...args]]

interface Ended {
  code: number
  out: string
  err: string
}

/** Runs a command of the launcher to its end, as a person would at a terminal. */
export function mingzheng(...args: string[]): Promise<Ended> {
  return mingzhengWith({}, ...args)
}

/** The same, with variables set. */
export async function mingzhengWith(variables: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const env = { ...environment(), ...variables }
  const child = spawn(...started(LAUNCHER, args), { stdio: ['ignore', 'pipe', 'pipe'], env })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, out, err }
}

/** The tester's own settings must not reach what is tested. */
export function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    LANG: 'C.UTF-8',
    LC_ALL: '',
    MINGZHENG_DATA: '',
    MINGZHENG_PORT: '',
    DATABASE_URL: '',
    BLOBS_URL: '',
    // Nothing is watched but where a test is about watching: what is found comes to the ledger, which others count.
    MINGZHENG_WATCHERS: '0',
  }
}

/** A running `up`. */
export interface Up {
  child: ChildProcess
  /** What it has said so far. */
  said(): string
  url: string
  /** Empty without the demo. */
  market: string
  serverPid(): Promise<number>
  stop(signal?: NodeJS.Signals): Promise<number>
}

/** Starts `up` on a data folder, on ports of its own, and waits until it has said where it is. */
export async function startUp(
  data: string,
  launcher = LAUNCHER,
  variables: NodeJS.ProcessEnv = {},
  options: readonly string[] = [],
): Promise<Up> {
  const child = spawn(...started(launcher, ['up', '--data', data, '--port', '0', ...options]), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment(), ...variables },
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  for (let waited = 0; !/Ctrl-C/.test(out); waited += 50) {
    assert.ok(child.exitCode === null && waited < 300_000, `up did not start: ${out}`)
    await pause(50)
  }
  return {
    child,
    said: () => out,
    url: /ready: (\S+)/.exec(out)![1]!,
    market: /marketplace: (\S+)/.exec(out)?.[1] ?? '',
    serverPid: async () => JSON.parse(await readFile(join(data, 'run/instance.json'), 'utf8')).pid,
    stop: async (signal = 'SIGTERM') => {
      assert.ok(child.exitCode === null && child.signalCode === null, 'up had ended before it was told to')
      const closed = once(child, 'close')
      child.kill(signal)
      return ((await closed) as [number])[0]
    },
  }
}

/** Whether a server answers there. */
export async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/api/public/instance`).then(
    (response) => response.ok,
    () => false,
  )
}
