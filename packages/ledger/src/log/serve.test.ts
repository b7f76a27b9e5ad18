import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { equalBytes, fromUtf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import {
  CompactRange,
  merkleHash,
  parseEntryBundle,
  parseSignedCheckpoint,
  parseTilePath,
  tilePath,
  treeRoot,
  verifyConsistency,
} from '@mingzheng/proof'
import { openLedger } from '../ledger.ts'
import { servedTrees } from '../testing/served-trees.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { testItem, testLedgerOptions } from '../testing/test-ledger.ts'

async function grown(context: TestContext, count: number) {
  const folder = temporaryFolder()
  const options = testLedgerOptions(folder)
  const ledger = await openLedger(options)
  context.after(() => ledger.close())
  const random = seededRandom('serve')
  const items = Array.from({ length: count }, () => testItem(random))
  await ledger.submit(items)
  await Promise.all(items.map(({ id }) => ledger.wait(id, 'witnessed')))
  return { ledger, folder, options }
}

describe('the served log', () => {
  test('has exactly the tiles of tlog-tiles, with the hashes that other code computes', async (t) => {
    const { ledger } = await grown(t, 700)
    const trees = servedTrees(ledger.serve)
    const entries = trees.sha256.entries()
    assert.deepEqual(entries, trees.sm3.entries())
    for (const [profile, prefix] of [
      ['sha256', ''],
      ['sm3', 'sm3/'],
    ] as const) {
      const { size, root } = trees[profile]
      assert.equal(size, 701)
      assert.ok(equalBytes(treeRoot(profile, entries), root))
      const hash = merkleHash(profile)
      for (const [path, first, width] of [
        ['tile/0/000', 0, 256],
        ['tile/0/001', 256, 256],
        ['tile/0/002.p/189', 512, 189],
        ['tile/0/002.p/5', 512, 5],
      ] as const) {
        const wanted = entries.slice(first, first + width).map((entry) => hash.leaf(entry))
        assert.ok(equalBytes(ledger.serve(prefix + path)!.body, Buffer.concat(wanted)), path)
      }
      const upper = [0, 256].map((first) => treeRoot(profile, entries.slice(first, first + 256)))
      assert.ok(equalBytes(ledger.serve(`${prefix}tile/1/000.p/2`)!.body, Buffer.concat(upper)))
    }
  })

  test('says how long each file lasts and what it is', async (t) => {
    const { ledger } = await grown(t, 300)
    const headers = (path: string, encoding?: string) => ledger.serve(path, encoding)!.headers
    for (const path of ['checkpoint', 'sm3/checkpoint']) {
      assert.equal(headers(path)['content-type'], 'text/plain; charset=utf-8')
      assert.match(headers(path)['cache-control']!, /max-age=[0-5]$/)
    }
    for (const path of ['tile/0/000', 'tile/0/001.p/45', 'sm3/tile/1/000.p/1', 'tile/entries/000']) {
      assert.equal(headers(path)['content-type'], 'application/octet-stream')
      assert.match(headers(path)['cache-control']!, /immutable/)
    }
    const zipped = ledger.serve('tile/entries/000', 'br, gzip;q=0.8')!
    assert.equal(zipped.headers['content-encoding'], 'gzip')
    assert.ok(equalBytes(gunzipSync(zipped.body), ledger.serve('tile/entries/000', 'identity')!.body))
    assert.equal(headers('tile/entries/000', 'gzip;q=0, br')['content-encoding'], undefined)
    assert.equal(parseEntryBundle(ledger.serve('tile/entries/001.p/45')!.body).length, 45)
  })

  test('serves nothing beyond its checkpoint, and no path that is not in its one spelling', async (t) => {
    const { ledger } = await grown(t, 300)
    for (const path of [
      'tile/0/001',
      'tile/0/001.p/46',
      'tile/0/001.p/0',
      'tile/0/001.p/045',
      'tile/0/002.p/1',
      'tile/1/000',
      'tile/1/000.p/2',
      'tile/2/000.p/1',
      'tile/00/000',
      'tile/0/x000/000',
      'tile/0/0000',
      'tile/0/-01',
      'tile/entries/001.p/46',
      'tile/entries/../0/000',
      '/checkpoint',
      'checkpoint/',
      'sm3/sm3/checkpoint',
      'state.sqlite',
      '',
    ]) {
      assert.equal(ledger.serve(path), null, path)
    }
  })

  test('serves no entry that is ordered and not witnessed', async (t) => {
    const base = testLedgerOptions(temporaryFolder())
    let broken = false
    const member: typeof base.keys.member = {
      publicKey: base.keys.member.publicKey,
      sign: (message) => (broken ? Promise.reject(new Error('away')) : base.keys.member.sign(message)),
    }
    const ledger = await openLedger({ ...base, keys: { ...base.keys, member } })
    t.after(() => ledger.close())
    broken = true
    const item = testItem(seededRandom('unwitnessed'))
    await ledger.submit([item])
    await ledger.wait(item.id, 'ordered')
    assert.equal((await ledger.status()).size, 2)
    for (const path of ['tile/0/000.p/2', 'sm3/tile/0/000.p/2', 'tile/entries/000.p/2']) {
      assert.equal(ledger.serve(path), null, path)
    }
    assert.deepEqual(await ledger.entries(0, 10), await ledger.entries(0, 1))
    await assert.rejects(ledger.receipt({ id: item.id }), { code: 'ledger-not-found' })
    assert.deepEqual(await ledger.lookup({ commitment: item.arguments.c as Uint8Array }), [])
  })

  test('stands on disk as it is served, partial tiles of the checkpoint too, and nothing besides', async (t) => {
    const { ledger, folder } = await grown(t, 700)
    const served = ledger.serve
    await ledger.close()
    const log = join(folder, 'log')
    const files = readdirSync(log, { recursive: true, encoding: 'utf8' }).filter((one) =>
      statSync(join(log, one)).isFile(),
    )
    assert.deepEqual(files.map((one) => one.replaceAll('\\', '/')).sort(), EXPECTED.toSorted())
    for (const path of files) assert.ok(equalBytes(readFileSync(join(log, path)), served(path)!.body), path)
    assert.ok(existsSync(join(log, 'tile/0/002.p/189')))
    const { checkpoint } = parseSignedCheckpoint(fromUtf8(readFileSync(join(log, 'checkpoint'))))
    assert.equal(checkpoint.size, 701)
  })
})

const EXPECTED = ['', 'sm3/'].flatMap((prefix) => [
  `${prefix}checkpoint`,
  `${prefix}tile/0/000`,
  `${prefix}tile/0/001`,
  `${prefix}tile/0/002.p/189`,
  `${prefix}tile/1/000.p/2`,
  ...(prefix === '' ? ['tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/189'] : []),
])

test('a log that grew fast for a while has nothing left in its journals once it is closed', async () => {
  const folder = temporaryFolder()
  const ledger = await openLedger(testLedgerOptions(folder, { tuning: { gatherMs: 1, idleMs: 1 } }))
  const random = seededRandom('fast')
  for (let round = 0; round < 40; round++) {
    const items = Array.from({ length: 150 }, () => testItem(random))
    await ledger.submit(items)
    await Promise.all(items.map(({ id }) => ledger.wait(id, 'witnessed')))
    assert.equal((await ledger.status()).state, 'ready')
  }
  await ledger.close()
  assert.deepEqual(readdirSync(join(folder, 'gateway')), [])
  assert.deepEqual(readdirSync(join(folder, 'engine')), [])
  const partials = readdirSync(join(folder, 'log'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.p$/.test(path),
  )
  assert.equal(partials.length, 5)
})

describe('a dishonest log', () => {
  test('that rewrites an entry, a hash, or the checkpoint’s root does not get past who reads its tiles', async (t) => {
    const { ledger } = await grown(t, 600)
    const honest = servedTrees(ledger.serve)
    const { size, root } = honest.sha256
    for (const victim of ['tile/entries/001', 'tile/0/001', 'tile/0/002.p/89', 'tile/1/000.p/2']) {
      const lying = servedTrees((path) => {
        const file = ledger.serve(path)
        if (file === null || path !== victim) return file
        const body = file.body.slice()
        body[100 % body.length]! ^= 1
        return { ...file, body }
      })
      const range = new CompactRange('sha256')
      let entriesRead: Uint8Array[] = []
      try {
        entriesRead = lying.sha256.entries()
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'bundle-malformed')
      }
      for (const entry of entriesRead) range.append(range.hash.leaf(entry))
      const entriesHold = equalBytes(range.root(), root)
      const tilesHold = [0, 300, 599].every((index) => sameHashes(lying, honest, index, size))
      assert.ok(!(entriesHold && tilesHold), victim)
      assert.ok(parseTilePath(victim) !== null && tilePath(parseTilePath(victim)!) === victim)
    }
  })

  test('that forks is found by consistency: two histories of the same key do not fit together', async (t) => {
    const one = await grown(t, 300)
    const random = seededRandom('fork')
    const folder = temporaryFolder()
    const fork = await openLedger(testLedgerOptions(folder))
    t.after(() => fork.close())
    const items = Array.from({ length: 500 }, () => testItem(random))
    await fork.submit(items)
    await Promise.all(items.map(({ id }) => fork.wait(id, 'witnessed')))
    for (const profile of ['sha256', 'sm3'] as const) {
      const old = servedTrees(one.ledger.serve)[profile]
      const now = servedTrees(fork.serve)[profile]
      const claim = { name: profile, from: old.size, to: now.size, fromRoot: old.root, toRoot: now.root }
      assert.equal(verifyConsistency({ ...claim, path: now.consistency(old.size, now.size) }), false)
    }
  })
})

function sameHashes(
  a: ReturnType<typeof servedTrees>,
  b: ReturnType<typeof servedTrees>,
  index: number,
  size: number,
): boolean {
  const one = a.sha256.inclusion(index, size)
  return b.sha256.inclusion(index, size).every((hash, i) => equalBytes(hash, one[i]!))
}
