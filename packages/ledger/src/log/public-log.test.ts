import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { treeRoot } from '@mingzheng/proof'
import { openLedger } from '../ledger.ts'
import { servedTrees } from '../testing/served-trees.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { testItem, testLedgerOptions } from '../testing/test-ledger.ts'
import { type ReadLogFile, readPublicRoots } from './public-log.ts'

const SIZE = 701

async function served(context: TestContext) {
  const ledger = await openLedger(testLedgerOptions(temporaryFolder()))
  context.after(() => ledger.close())
  const random = seededRandom('public log')
  const items = Array.from({ length: SIZE - 1 }, () => testItem(random))
  await ledger.submit(items)
  await Promise.all(items.map(({ id }) => ledger.wait(id, 'witnessed')))
  const read: ReadLogFile = async (path) => {
    const file = ledger.serve(path)
    if (file === null) throw new Error(`${path} is not there`)
    return file.body
  }
  return { ledger, read }
}

describe('the roots of a log that somebody serves', () => {
  test('are computed from its tiles at any size, in both trees', async (t) => {
    const { ledger, read } = await served(t)
    const entries = servedTrees(ledger.serve).sha256.entries()
    for (const size of [0, 1, 2, 255, 256, 257, 300, 512, 700, SIZE]) {
      const roots = await readPublicRoots(read, ledger.policy, size)
      assert.ok(roots.kind === 'proven', `${size}: ${roots.kind}`)
      assert.equal(roots.signedSize, SIZE)
      const begun = entries.slice(0, size)
      assert.equal(toHex(roots.sha256), toHex(treeRoot('sha256', begun)))
      assert.equal(toHex(roots.sm3), toHex(treeRoot('sm3', begun)))
    }
  })

  test('beyond what it signed there are none', async (t) => {
    const { ledger, read } = await served(t)
    assert.deepEqual(await readPublicRoots(read, ledger.policy, SIZE + 1), { kind: 'short', signedSize: SIZE })
  })

  test('any changed hash is found, whichever tree and tile it stands in', async (t) => {
    const { ledger, read } = await served(t)
    const random = seededRandom('changed')
    for (const changed of ['tile/0/002.p/189', 'tile/1/000.p/2', 'sm3/tile/0/002.p/189', 'sm3/tile/1/000.p/2']) {
      const lying: ReadLogFile = async (path) => {
        const body = new Uint8Array(await read(path))
        if (path === changed) body[random(1)[0]! % 64]! ^= 1
        return body
      }
      assert.equal((await readPublicRoots(lying, ledger.policy, 600)).kind, 'broken', changed)
    }
  })

  test('a checkpoint that no key of the log signed is not believed', async (t) => {
    const { ledger, read } = await served(t)
    const unsigned: ReadLogFile = async (path) => {
      const body = await read(path)
      if (path !== 'checkpoint') return body
      return new TextEncoder().encode(new TextDecoder().decode(body).replace(`\n${SIZE}\n`, `\n${SIZE - 1}\n`))
    }
    assert.equal((await readPublicRoots(unsigned, ledger.policy, 600)).kind, 'broken')
    const garbage: ReadLogFile = async () => new TextEncoder().encode('<html>')
    assert.equal((await readPublicRoots(garbage, ledger.policy, 600)).kind, 'broken')
  })

  test('who does not answer, or keeps a tile back, is silent and not a liar', async (t) => {
    const { ledger, read } = await served(t)
    const away: ReadLogFile = () => Promise.reject(new TypeError('fetch failed'))
    assert.deepEqual(await readPublicRoots(away, ledger.policy, 600), { kind: 'silent' })
    const withholding: ReadLogFile = (path) =>
      path.startsWith('tile/0') ? Promise.reject(new Error('404')) : read(path)
    assert.deepEqual(await readPublicRoots(withholding, ledger.policy, 600), { kind: 'silent' })
  })
})
