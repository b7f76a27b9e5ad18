/**
 * Five organisations at half load for as long as one likes: each caller rests for as long as its last batch took. Now and then all
 * rest, and what every process holds is looked at: what it keeps alive, handles and the disk, against the entries of the log. None of
 * it depends on how fast the machine is.
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type FiveNodes, MEMBERS, type MemberId, until } from './five-nodes.ts'
import { SteadyLoad } from './steady-load.ts'

export interface SoakOptions {
  /** Items between two looks. */
  readonly items: number
  /** Asked before each of them, with how many there were and the milliseconds since the beginning. */
  readonly going: (rounds: number, ms: number) => boolean
  readonly seed: string
}

/** One look at one process of one member, at rest. */
export interface Look {
  readonly member: MemberId
  readonly process: 'node' | 'engine'
  /** Bytes that it keeps alive. */
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
const PATIENCE_MS = 600_000

/** Why it cannot be done here; `null` when it can. */
export function noSoak(): string | null {
  return process.platform === 'linux' ? null : 'what a process holds is read from /proc, which Linux has'
}

/** Of members that are measured. */
export async function soak(five: FiveNodes, { items, going, seed }: SoakOptions): Promise<Soaked> {
  const load = new SteadyLoad(five, { seed })
  const began = performance.now()
  const looks: Look[] = []
  for (let round = 0; going(round, performance.now() - began); round++) {
    await give(five, load, items)
    await rest(five, load.count)
    for (const member of MEMBERS) looks.push(...(await look(five, member)))
  }
  return { looks, load, seconds: (performance.now() - began) / 1000 }
}

async function give(five: FiveNodes, load: SteadyLoad, count: number): Promise<void> {
  let left = count
  await Promise.all(
    CALLERS.map(async (member) => {
      while (left > 0) {
        const start = performance.now()
        const items = load.items(Math.min(BATCH, left))
        left -= items.length
        await load.give(member, items)
        const ledger = await five.client(member)
        await ledger.wait(items.at(-1)!.id, 'witnessed', { timeoutMs: PATIENCE_MS })
        await pause(performance.now() - start)
      }
    }),
  )
}

/** Everything is on everybody's log and witnessed. */
function rest(five: FiveNodes, count: number): Promise<void> {
  return until('all members rest', async () => {
    const all = await Promise.all(MEMBERS.map((id) => five.health(id)))
    return all.every(({ size, witnessedSize }) => size > count && witnessedSize === size && size === all[0]!.size)
  })
}

async function look(five: FiveNodes, member: MemberId): Promise<Look[]> {
  const { size: entries } = await five.health(member)
  const home = five.home(member)
  const whole = await bytesIn(home)
  const engine = await bytesIn(join(home, 'comet'))
  const memory = await five.memory(member)
  const pids = { node: five.pid(member), engine: await five.engine(member) }
  const seen = (['node', 'engine'] as const).map(async (name): Promise<Look> => {
    const handles = (await readdir(`/proc/${pids[name]}/fd`)).length
    return {
      member,
      process: name,
      memory: memory[name],
      handles,
      disk: name === 'engine' ? engine : whole - engine,
      entries,
    }
  })
  return await Promise.all(seen)
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

/** Of the line of least squares. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const above = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0)
  const below = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0)
  return below === 0 ? 0 : above / below
}

/** What is needed to get warm stands before the last two thirds of the looks. */
function warm<T>(looks: readonly T[]): readonly T[] {
  return looks.slice(Math.floor(looks.length / 3))
}

/** The largest rises of any process of a kind while entries come, of those looks that found it warm. */
export function judge(looks: readonly Look[]) {
  const series = (process: Look['process']) =>
    MEMBERS.map((member) => warm(looks.filter((one) => one.member === member && one.process === process)))
  const most = (process: Look['process'], of: (those: readonly Look[]) => number) =>
    Math.max(...series(process).map(of))
  const perEntry = (what: 'memory' | 'disk') => (those: readonly Look[]) => {
    return slope(those.map((one) => [one.entries, one[what]]))
  }
  const rise = (those: readonly Look[]) => {
    const handles = those.map((one) => one.handles)
    return slope(handles.map((one, i) => [i, one])) * (handles.length - 1)
  }
  const largest = (what: 'memory' | 'handles') => Math.max(...looks.map((one) => one[what]))
  return {
    nodePerEntry: most('node', perEntry('memory')),
    enginePerEntry: most('engine', perEntry('memory')),
    handles: Math.max(most('node', rise), most('engine', rise)),
    largestMemory: largest('memory'),
    mostHandles: largest('handles'),
    logDiskPerEntry: most('node', perEntry('disk')),
    engineDiskPerEntry: most('engine', perEntry('disk')),
  }
}
