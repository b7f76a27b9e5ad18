/**
 * `soak`: five organisations at half load for an hour, or `--minutes N`: each caller rests for as long as its last batch took. What
 * the ten processes hold is looked at every few seconds; a line through the last two thirds must not rise. Ends with all logs
 * compared to the last byte.
 */
import { agreement } from '../tests/consortium/agreement.ts'
import { FiveNodes } from '../tests/consortium/five-nodes.ts'
import { judge, soak } from '../tests/consortium/soak.ts'
import type { BenchOptions, BenchResult, Figure } from './result/result.ts'

const HOUR = 60
const LOOKS = 240
/** Rises over the last two thirds, whatever their length. */
const MOST_MEMORY = 64
const MOST_HANDLES = 16

export async function run({ minutes = HOUR }: BenchOptions): Promise<BenchResult> {
  const ms = minutes * 60_000
  const five = await FiveNodes.start()
  try {
    const soaked = await soak(five, { ms, everyMs: Math.max(1000, ms / LOOKS), seed: `soak ${minutes}` })
    const { size } = await agreement(five, soaked.load.accepted)
    const { memory, handles, largestMemory, mostHandles, logPerEntry, enginePerEntry } = judge(soaked)
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
        figure('rise of memory, of the process where it is most', memory / 2 ** 20, 'MiB', MOST_MEMORY),
        figure('memory of the largest process', largestMemory / 2 ** 20, 'MiB', null),
        figure('rise of open handles, where it is most', handles, 'handles', MOST_HANDLES),
        figure('open handles of one process', mostHandles, 'handles', null),
        figure('log and state an entry and member', logPerEntry, 'bytes', 1024),
        figure('engine an entry and member, before maintenance', enginePerEntry, 'bytes', null),
      ],
    }
  } finally {
    await five.end()
  }
}
