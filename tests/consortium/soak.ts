/**
 * Five organisations at half load for as long as one likes: each caller rests for as long as its last batch took. What every
 * process holds meanwhile is looked at, and a line is laid through it.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type FiveNodes, MEMBERS, type MemberId } from './five-nodes.ts'
import { SteadyLoad } from './steady-load.ts'

export interface SoakOptions {
  readonly ms: number
  readonly everyMs: number
  readonly seed: string
}

/** One look at one process of one member. */
export interface Look {
  /** Milliseconds since the beginning. */
  readonly at: number
  readonly member: MemberId
  readonly process: 'node' | 'engine'
  /** Resident memory, bytes. */
  readonly memory: number
  readonly handles: number
  /** Bytes in the member's folder of this process: the engine's, or all else. */
  readonly disk: number
  /** Entries of the log. */
  readonly entries: number
}

export interface Soaked {
  readonly looks: readonly Look[]
  readonly load: SteadyLoad
  readonly seconds: number
}

const CALLERS: readonly MemberId[] = ['regulator', 'court', 'notary']
const BATCH = 256

/** Why it cannot be done here; `null` when it can. */
export function noSoak(): string | null {
  return process.platform === 'linux' ? null : 'what a process holds is read from /proc, which Linux has'
}

export async function soak(five: FiveNodes, { ms, everyMs, seed }: SoakOptions): Promise<Soaked> {
  const load = new SteadyLoad(five, { seed })
  const began = performance.now()
  const going = () => performance.now() - began < ms
  const callers = CALLERS.map(async (member) => {
    while (going()) {
      const start = performance.now()
      const items = load.items(BATCH)
      await load.give(member, items)
      const ledger = await five.client(member)
      await ledger.wait(items.at(-1)!.id, 'witnessed', { timeoutMs: 600_000 })
      await pause(performance.now() - start)
    }
  })
  const called = Promise.all(callers)
  const looks: Look[] = []
  const looking = async () => {
    while (going()) {
      await pause(everyMs)
      for (const member of MEMBERS) looks.push(...(await look(five, member, performance.now() - began)))
    }
  }
  await Promise.all([called, looking()])
  return { looks, load, seconds: (performance.now() - began) / 1000 }
}

async function look(five: FiveNodes, member: MemberId, at: number): Promise<Look[]> {
  const { size: entries } = await five.health(member)
  const home = five.home(member)
  const whole = await bytesIn(home)
  const engine = await bytesIn(join(home, 'comet'))
  const pids = { node: five.pid(member), engine: await five.engine(member) }
  const seen = (['node', 'engine'] as const).map(async (name): Promise<Look[]> => {
    const held = await heldBy(pids[name])
    const disk = name === 'engine' ? engine : whole - engine
    return held === null ? [] : [{ at, member, process: name, ...held, disk, entries }]
  })
  return (await Promise.all(seen)).flat()
}

/** `null` while the process does not run. */
async function heldBy(pid: number | null): Promise<{ memory: number; handles: number } | null> {
  try {
    const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')
    return { memory: Number(pages) * 4096, handles: (await readdir(`/proc/${pid}/fd`)).length }
  } catch {
    return null
  }
}

async function bytesIn(folder: string): Promise<number> {
  // Files come and go while one looks.
  const names = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const sizes = names.map((one) => {
    const path = join(folder, one.name)
    return one.isDirectory()
      ? bytesIn(path)
      : stat(path).then(
          ({ size }) => size,
          () => 0,
        )
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** By how much a line through the last two thirds rises over their time: what is needed to get warm stands before them. */
export function rise(points: readonly (readonly [at: number, value: number])[]): number {
  const last = points.slice(Math.floor(points.length / 3))
  const [first, end] = [last[0], last.at(-1)]
  if (first === undefined || end === undefined || first === end) return 0
  return slope(last) * (end[0] - first[0])
}

/** Of the line of least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const above = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0)
  const below = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0)
  return below === 0 ? 0 : above / below
}

/** The largest rises of any process, and the bytes of disk that an entry takes at the member where it takes most. */
export function judge({ looks }: Pick<Soaked, 'looks'>) {
  const series = new Map<string, Look[]>()
  for (const one of looks) {
    const name = `${one.member} ${one.process}`
    series.set(name, [...(series.get(name) ?? []), one])
  }
  const most = (of: (those: readonly Look[]) => number) => Math.max(...[...series.values()].map(of))
  const perEntry = (those: readonly Look[]) => slope(those.map(({ entries, disk }) => [entries, disk]))
  const named = (process: Look['process']) => [...series.values()].filter(([first]) => first?.process === process)
  return {
    memory: most((those) => rise(those.map(({ at, memory }) => [at, memory]))),
    handles: most((those) => rise(those.map(({ at, handles }) => [at, handles]))),
    largestMemory: most((those) => Math.max(...those.map(({ memory }) => memory))),
    mostHandles: most((those) => Math.max(...those.map(({ handles }) => handles))),
    logPerEntry: Math.max(...named('node').map(perEntry)),
    enginePerEntry: Math.max(...named('engine').map(perEntry)),
  }
}
