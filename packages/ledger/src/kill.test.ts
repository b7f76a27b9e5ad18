import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fromHex, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { decodeEntry, merkleHash, parseSignedCheckpoint, verifyConsistency, verifyInclusion } from '@mingzheng/proof'
import { openLedger } from './ledger.ts'
import { servedTrees } from './testing/served-trees.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { testLedgerOptions } from './testing/test-ledger.ts'

/** Kills in this test; more in longer runs. */
const KILLS = Number(process.env.LEDGER_KILLS ?? 10)
const SEED = process.env.LEDGER_SEED ?? 'kill'

test(`a process killed ${KILLS} times at random instants loses nothing acknowledged and doubles nothing`, async (t) => {
  t.diagnostic(`seed ${SEED}`)
  const folder = temporaryFolder(t)
  const random = seededRandom(SEED)
  const acknowledged = new Set<string>()
  const heads: { sha256: string; sm3: string }[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [script('testing/kill-child.ts'), folder, `${SEED} ${kill}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    while (!text.includes('open')) await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, (random(1)[0]! * 256 + random(1)[0]!) / 160))
    child.kill('SIGKILL')
    await once(child, 'close')
    const lines = text.slice(0, text.lastIndexOf('\n')).split('\n')
    for (const line of lines.slice(1)) acknowledged.add(line.split(' ')[1]!)
    if (kill % 3 !== 2) continue
    const ledger = await openLedger(testLedgerOptions(folder))
    heads.push({ sha256: ledger.checkpoint('sha256'), sm3: ledger.checkpoint('sm3') })
    await ledger.close()
  }
  const options = testLedgerOptions(folder)
  const ledger = await openLedger(options)
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
    for (const head of heads) {
      const from = parseSignedCheckpoint(head[profile]).checkpoint
      const path = consistency(from.size, size)
      assert.ok(
        verifyConsistency({ name: profile, from: from.size, to: size, fromRoot: from.root, toRoot: root, path }),
      )
    }
  }
  t.diagnostic(`${acknowledged.size} items acknowledged, ${entries.length} entries`)
})

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
