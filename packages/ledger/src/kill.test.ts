import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@mingzheng/kernel'
import { decodeEntry, merkleHash, parseSignedCheckpoint, verifyConsistency, verifyInclusion } from '@mingzheng/proof'
import { openLedger } from './ledger.ts'
import { killRounds } from './testing/kill-rounds.ts'
import { servedTrees } from './testing/served-trees.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { testLedgerOptions } from './testing/test-ledger.ts'

const KILLS = 10
const SEED = 'kill'

test(`a process killed ${KILLS} times at random instants loses nothing acknowledged and doubles nothing`, async (t) => {
  t.diagnostic(`seed ${SEED}`)
  const folder = temporaryFolder()
  const { acknowledged, checkpoints } = await killRounds(folder, SEED, KILLS)
  const ledger = await openLedger(testLedgerOptions(folder))
  t.after(() => ledger.close())
  for (const id of acknowledged) await ledger.wait(fromHex(id), 'witnessed')
  const trees = servedTrees(ledger.serve)
  const entries = trees.sha256.entries()
  const ids = entries.map((entry) => toHex(decodeEntry(entry).id))
  assert.equal(new Set(ids).size, ids.length)
  assert.ok([...acknowledged].every((id) => ids.includes(id)))
  for (const profile of ['sha256', 'sm3'] as const) {
    const { size, root, inclusion, consistency } = trees[profile]
    for (let index = 0; index < size; index += 97) {
      const leafHash = merkleHash(profile).leaf(entries[index]!)
      assert.ok(verifyInclusion({ name: profile, index, size, leafHash, path: inclusion(index, size), root }))
    }
    for (const checkpoint of checkpoints) {
      const from = parseSignedCheckpoint(checkpoint[profile]).checkpoint
      const path = consistency(from.size, size)
      assert.ok(
        verifyConsistency({ name: profile, from: from.size, to: size, fromRoot: from.root, toRoot: root, path }),
      )
    }
  }
  t.diagnostic(`${acknowledged.size} items acknowledged, ${entries.length} entries`)
})
