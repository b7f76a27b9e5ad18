/**
 * `simulation`: what a chain of 7, 19 and 50 members would do on links of 20 to 200 milliseconds with loss, and with members
 * away. Seeded and in simulated time: the same seed gives the same figures on every machine. It is a model, not a measurement.
 */
import { percentile } from './result/percentile.ts'
import type { BenchResult, Figure } from './result/result.ts'
import { seededUniform } from './seeded/seeded-numbers.ts'
import { type ChainFigures, type ChainOptions, simulateChain } from './simulation/chain.ts'

const SEED = 'national chain 1'
const SECONDS = 30
/** 100 Mbit/s in bytes a millisecond. */
const LINE = 12_500
const ITEMS_PER_SECOND = 1000

type Scene = Pick<ChainOptions, 'members' | 'delayMs' | 'loss' | 'away'> & { itemsPerSecond?: number }

const SCENES: readonly Scene[] = [
  { members: 5, delayMs: [0, 0], loss: 0, away: 0 },
  ...[7, 19, 50].flatMap((members): Scene[] => [
    { members, delayMs: [20, 200], loss: 0, away: 0 },
    { members, delayMs: [20, 200], loss: 0.001, away: 0 },
    { members, delayMs: [20, 200], loss: 0.01, away: 0, itemsPerSecond: 500 },
    { members, delayMs: [20, 200], loss: 0.001, away: Math.floor((members - 1) / 3) },
    { members, delayMs: [20, 200], loss: 0.001, away: 0, itemsPerSecond: 10_000 },
  ]),
]

export async function run(): Promise<BenchResult> {
  const figures: Figure[] = []
  const all: ChainFigures[] = []
  let near: number | null = null
  for (const scene of SCENES) {
    const found = simulate(scene)
    all.push(found)
    const title = titleOf(scene)
    const reference = near === null ? null : { name: '5 members side by side', value: near }
    near ??= percentile(found.witnessed, 0.5)
    const plain = { reference: null, ratio: null, target: null, met: null }
    const p50 = percentile(found.witnessed, 0.5)
    figures.push(
      { ...plain, name: `${title}: accepted to witnessed, p50`, value: p50, unit: 'ms', reference, ratio: p50 / near },
      { ...plain, name: `${title}: accepted to witnessed, p95`, value: percentile(found.witnessed, 0.95), unit: 'ms' },
      { ...plain, name: `${title}: accepted to ordered, p50`, value: percentile(found.ordered, 0.5), unit: 'ms' },
      { ...plain, name: `${title}: witnessed`, value: found.itemsPerSecond, unit: 'items/s' },
      { ...plain, name: `${title}: blocks`, value: found.blocksPerSecond, unit: 'blocks/s' },
      { ...plain, name: `${title}: extra rounds`, value: found.extraRounds, unit: 'rounds' },
    )
  }
  const differing = SCENES.filter((scene, i) => JSON.stringify(simulate(scene)) !== JSON.stringify(all[i])).length
  figures.push({
    name: 'scenes that differ when run again',
    value: differing,
    unit: 'scenes',
    reference: { name: 'allowed', value: 0 },
    ratio: null,
    target: 'none',
    met: differing === 0,
  })
  return { bench: 'simulation', figures }
}

function simulate(scene: Scene): ChainFigures {
  return simulateChain({
    itemsPerSecond: ITEMS_PER_SECOND,
    ...scene,
    line: LINE,
    seconds: SECONDS,
    quorum: Math.floor((2 * scene.members) / 3) + 1,
    random: seededUniform(`${SEED} ${titleOf(scene)}`),
  })
}

function titleOf({ members, delayMs, loss, away, itemsPerSecond = ITEMS_PER_SECOND }: Scene): string {
  const missing = away === 0 ? '' : `, ${away} away`
  return `${members} members, ${delayMs.join('-')} ms, ${loss * 100} % loss${missing}, ${itemsPerSecond} items/s`
}
