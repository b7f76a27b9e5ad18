/**
 * `soak`: five organisations at half load for an hour, or `--minutes N`: each caller rests for as long as its last batch took. What
 * the ten processes keep alive is looked at now and then; a line through the last two thirds must not rise. Ends with all logs compared
 * to the last byte.
 */
import { agreement } from '../tests/consortium/agreement.ts'
import { FiveNodes } from '../tests/consortium/five-nodes.ts'
import { judge, soak } from '../tests/consortium/soak.ts'
import type { BenchOptions, BenchResult, Figure } from './result/result.ts'

const HOUR = 60
/** Items between two looks. */
const ITEMS = 8192
/** Bytes an entry over the last two thirds. A node's caches are full after some 100,000 entries. */
const MOST_MEMORY = 128
const MOST_HANDLES = 16

export async function run({ minutes = HOUR }: BenchOptions): Promise<BenchResult> {
  const five = await FiveNodes.start({ measured: true })
  try {
    const soaked = await soak(five, { items: ITEMS, going: (_, ms) => ms < minutes * 60_000, seed: `soak ${minutes}` })
    const { size } = await agreement(five, soaked.load.accepted)
    const found = judge(soaked.looks)
    const figure = (name: string, value: number, unit: string, most: number | null): Figure => ({
      name,
      value,
      unit,
      reference: null,
      ratio: null,
      target: most === null ? null : `< ${most} ${unit}`,
      met: most === null ? null : value < most,
    })
    return {
      bench: 'soak',
      figures: [
        figure('minutes', soaked.seconds / 60, 'min', null),
        figure('items fixed and witnessed', soaked.load.count / soaked.seconds, 'items/s', null),
        figure('entries, the same on all five to the last byte', size, 'entries', null),
        figure('a node keeps alive an entry more', found.nodePerEntry, 'bytes', MOST_MEMORY),
        figure('an engine keeps alive an entry more', found.enginePerEntry, 'bytes', MOST_MEMORY),
        figure('kept alive by the largest process', found.largestMemory / 2 ** 20, 'MiB', null),
        figure('rise of open handles, where it is most', found.handles, 'handles', MOST_HANDLES),
        figure('open handles of one process', found.mostHandles, 'handles', null),
        figure('log and state an entry and member', found.logDiskPerEntry, 'bytes', 1024),
        figure('engine an entry and member, before maintenance', found.engineDiskPerEntry, 'bytes', null),
      ],
    }
  } finally {
    await five.end()
  }
}
