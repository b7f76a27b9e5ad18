/** Kills the server, its database, its browsers or all of them again and again under load, at instants drawn from a seed. */
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '@mingzheng/api'
import { seededRandom } from '@mingzheng/kernel/testing'
import { type Acknowledged, startLoad } from './load.ts'
import {
  browsersOf,
  databasePid,
  descendants,
  type ServerProcess,
  sendSignal,
  startServerProcess,
  stillRunning,
} from './server-process.ts'

export type Victim = 'server' | 'database' | 'browser' | 'group'

const VICTIMS: readonly Victim[] = ['server', 'database', 'browser', 'group']

export interface KillReport {
  readonly kills: { readonly [victim in Victim]: number }
  /** From a kill to the first acknowledged work after it, milliseconds, each. */
  readonly recoveries: readonly { readonly victim: Victim; readonly ms: number }[]
  /** Starts of the server to its ready line, milliseconds, each. */
  readonly starts: readonly number[]
  readonly acknowledged: readonly Acknowledged[]
  readonly captures: readonly string[]
  readonly problems: ReadonlyMap<string, number>
  /** Signed checkpoints of both trees between kills. */
  readonly checkpoints: readonly { readonly sha256: string; readonly sm3: string }[]
  /** Commands of processes that outlived the server they belonged to. */
  readonly orphans: readonly string[]
  /** The server after the last kill, still running. */
  readonly server: ServerProcess
}

export interface KillOptions {
  data: string
  environment: Record<string, string>
  server: ServerProcess
  key: string
  cookie: string
  page: string
  captures: number
  seed: string
  kills: number
  /** Longest time between a recovery and the next kill. */
  longestLifeMs: number
  onKill?: (count: number, victim: Victim) => void
}

export async function killRounds(options: KillOptions): Promise<KillReport> {
  const { data, environment, key, seed } = options
  const random = seededRandom(seed)
  const fraction = () => {
    const [high, low] = random(2)
    return (high! * 256 + low!) / 65_536
  }
  const kills = { server: 0, database: 0, browser: 0, group: 0 }
  const recoveries: { victim: Victim; ms: number }[] = []
  const starts: number[] = []
  const checkpoints: { sha256: string; sm3: string }[] = []
  const orphans = new Set<string>()
  let server = options.server
  const load = startLoad({ ...options, restMs: 120 })
  load.point(server.url)

  const answers = async (): Promise<void> => {
    const api = createClient(server.url, fetch, { authorization: `Bearer ${key}` })
    const since = load.preservations.length
    while (load.preservations.length === since) await pause(20)
    // The first that was acknowledged may have been under way before; one more has been asked for afterwards.
    const { preservations } = await api.call('preservations.addBatch', {
      body: { items: [{ sha256: '00'.repeat(32) }] },
    })
    load.preservations.push({ ...preservations[0]!, sha256: '00'.repeat(32) })
  }

  const start = async () => {
    server = await startServerProcess(data, environment)
    starts.push(server.startMs)
    load.point(server.url)
    const read = async (path: string) => (await fetch(`${server.url}/log/${path}`)).text()
    checkpoints.push({ sha256: await read('checkpoint'), sm3: await read('sm3/checkpoint') })
  }

  try {
    for (let count = 0; count < options.kills; count++) {
      await pause(fraction() * options.longestLifeMs)
      const victim = VICTIMS[Math.floor(fraction() * VICTIMS.length)]!
      options.onKill?.(count, victim)
      kills[victim]++
      const family = await descendants(server.pid)
      const browsers = await browsersOf(server.pid)
      const postmaster = await databasePid(data)
      const killed = performance.now()
      if (victim === 'browser') for (const pid of browsers) sendSignal(-pid, 'SIGKILL')
      if ((victim === 'database' || victim === 'group') && postmaster !== null) sendSignal(postmaster, 'SIGKILL')
      if (victim === 'server' || victim === 'group') {
        load.point(null)
        if (victim === 'group') for (const pid of browsers) sendSignal(-pid, 'SIGKILL')
        await server.kill()
        await start()
        for (const left of await stillRunning(family)) orphans.add(left.command.slice(0, 120))
      }
      await answersWithin(answers, 60_000)
      recoveries.push({ victim, ms: performance.now() - killed })
    }
  } finally {
    await load.stop()
  }
  return {
    kills,
    recoveries,
    starts,
    acknowledged: load.preservations,
    captures: load.captures,
    problems: load.problems,
    checkpoints,
    orphans: [...orphans],
    server,
  }
}

/** Until work is acknowledged again; what is answered with a named problem meanwhile is asked again. */
async function answersWithin(answers: () => Promise<void>, limitMs: number): Promise<void> {
  const limit = performance.now() + limitMs
  for (;;) {
    try {
      const late = pause(limitMs, 'late', { ref: false })
      if ((await Promise.race([answers(), late])) === 'late') throw new Error('it never answered')
      return
    } catch (error) {
      if (performance.now() > limit) throw error
      await pause(50)
    }
  }
}
