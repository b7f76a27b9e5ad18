/**
 * A process that is going to be killed: opens the ledger of a folder, submits seeded items for ever, and prints the id of
 * each acknowledged one. Run by `kill.test.ts` and by the bench of faults.
 */
import { toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { openLedger } from '../ledger.ts'
import { testItem, testLedgerOptions } from './test-ledger.ts'

const [folder, seed] = process.argv.slice(2)
const random = seededRandom(seed!)
const ledger = await openLedger(testLedgerOptions(folder!, { tuning: { gatherMs: 3, idleMs: 15 } }))
process.stdout.write(`open ${(await ledger.status()).size}\n`)
for (;;) {
  const items = Array.from({ length: 1 + (random(1)[0]! % 60) }, () => testItem(random))
  const standings = await ledger.submit(items)
  process.stdout.write(standings.map(({ kind, id }) => `${kind} ${toHex(id)}\n`).join(''))
  if (random(1)[0]! < 100) {
    const last = await ledger.wait(items.at(-1)!.id, 'witnessed')
    process.stdout.write(`${last.kind} ${toHex(last.id)}\n`)
  }
  if (random(1)[0]! < 60) await new Promise((resolve) => setTimeout(resolve, random(1)[0]! / 4))
}
