import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import { withCompileCache } from './compile-cache.ts'

/** What a child says on its standard output, as one JSON line, when it serves. */
const readySchema = z.looseObject({
  ready: z.literal(true),
  url: z.string(),
  /** Of the demo market. */
  platforms: z.array(z.looseObject({ name: z.string(), url: z.string() })).optional(),
})
export type Ready = z.infer<typeof readySchema>

export interface ProcessPlan {
  readonly name: string
  readonly node: string
  /** Absolute path of the child's `main.ts`. */
  readonly program: string
  readonly arguments?: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  /** File that its standard error is added to. */
  readonly logFile: string
  /** How long a start may take before it counts as failed, in milliseconds. */
  readonly startWithin: number
  onRestart(reason: string, afterMs: number): void
}

/** A child that is started again when it dies, with a growing pause between tries. */
export interface SupervisedProcess {
  readonly ready: Ready
  /** The process id of the moment; `null` between a death and the next start. */
  pid(): number | null
  /** Stops the child for the time of `work`, then starts it again. */
  pausedFor(work: () => Promise<void>): Promise<void>
  stop(): Promise<void>
}

/** What it says instead when it cannot. */
const refusedSchema = z.looseObject({
  ready: z.literal(false),
  code: z.string(),
  detail: z.string(),
  remedy: z.string().nullish(),
})

const LEASH = new URL('./leash.ts', import.meta.url).href
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 15_000
const KILL_AFTER = 20_000

/** Starts a child and resolves when it serves; throws `start-failed` when the first start does not succeed. */
export async function supervise(plan: ProcessPlan): Promise<SupervisedProcess> {
  let stopping = false
  let current: ChildProcess | null = null
  let timer: NodeJS.Timeout | null = null
  let pause = FIRST_PAUSE

  const begin = async (): Promise<Ready> => {
    const child = launch(plan)
    current = child
    const since = Date.now()
    child.once('exit', (code, signal) => {
      if (current === child) current = null
      if (stopping || !child.wasReady) return
      if (Date.now() - since > 60_000) pause = FIRST_PAUSE
      again(signal ?? `exit ${code}`)
    })
    const ready = await whenReady(child, plan)
    child.wasReady = true
    return ready
  }
  const again = (reason: string) => {
    const wait = pause
    pause = Math.min(pause * 2, LONGEST_PAUSE)
    plan.onRestart(reason, wait)
    timer = setTimeout(() => {
      begin().catch((error: Error) => {
        if (!stopping) again(error.message)
      })
    }, wait)
  }
  const halt = async () => {
    stopping = true
    if (timer !== null) clearTimeout(timer)
    if (current !== null) await end(current)
    current = null
  }
  const ready = await begin()
  return {
    ready,
    pid: () => current?.pid ?? null,
    pausedFor: async (work) => {
      await halt()
      try {
        await work()
      } finally {
        stopping = false
        // What could not start again at once is tried again like any child that died: the work itself is done.
        await begin().catch((error: Error) => again(error.message))
      }
    },
    stop: halt,
  }
}

interface Child extends ChildProcess {
  wasReady?: boolean
}

// A session of its own: Ctrl-C in the terminal reaches the parent alone, which then stops its children in order.
function launch(plan: ProcessPlan): Child {
  const log = openSync(plan.logFile, 'a', 0o600)
  try {
    return spawn(plan.node, ['--import', LEASH, plan.program, ...(plan.arguments ?? [])], {
      env: withCompileCache(plan.environment),
      stdio: ['ignore', 'pipe', log, 'ipc'],
      detached: process.platform !== 'win32',
    })
  } finally {
    closeSync(log)
  }
}

function whenReady(child: ChildProcess, plan: ProcessPlan): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const giveUp = (failure: Failure) => {
      clearTimeout(limit)
      child.kill('SIGKILL')
      reject(failure)
    }
    const fail = (message: string) => giveUp(new Failure('start-failed', message, { remedy: `see ${plan.logFile}` }))
    const limit = setTimeout(() => fail(`${plan.name} did not start within ${plan.startWithin} ms`), plan.startWithin)
    child.once('error', (error) => fail(`${plan.name}: ${error.message}`))
    child.once('exit', (code, signal) => fail(`${plan.name} ended while starting (${signal ?? `exit ${code}`})`))
    if (child.stdout === null) return fail(`${plan.name} has no output`)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = readLine(line)
      const refused = refusedSchema.safeParse(said)
      if (refused.success) {
        const { code, detail, remedy } = refused.data
        return giveUp(new Failure(code, `${plan.name}: ${detail}`, { remedy: remedy ?? `see ${plan.logFile}` }))
      }
      const ready = readySchema.safeParse(said)
      if (!ready.success) return
      clearTimeout(limit)
      resolve(ready.data)
    })
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((done) => child.once('exit', done))
  const limit = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER)
  if (child.connected) child.disconnect()
  else child.kill('SIGTERM')
  await ended
  clearTimeout(limit)
}

function readLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
