import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { decodeEntry, parseSignedCheckpoint, policyId, verifyConsistency, verifyReceipt } from '@mingzheng/proof'
import { openLedger } from './ledger.ts'
import type { Ledger, LedgerItem } from './ledger-client.ts'
import type { LedgerOptions } from './ledger-options.ts'
import { servedTrees } from './testing/served-trees.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'
import { testItem, testLedgerOptions } from './testing/test-ledger.ts'

const PROFILES = ['sha256', 'sm3'] as const

async function opened(context: TestContext, change: Partial<LedgerOptions> = {}) {
  const options = testLedgerOptions(temporaryFolder(), change)
  const ledger = await openLedger(options)
  context.after(() => ledger.close())
  return { ledger, options, random: seededRandom(context.name) }
}

async function fixed(ledger: Ledger, items: readonly LedgerItem[]) {
  await ledger.submit(items)
  return Promise.all(items.map(({ id }) => ledger.wait(id, 'witnessed')))
}

const setItem = (id: Uint8Array, key: string, value: number): LedgerItem => ({
  id,
  contract: 'register',
  method: 'set',
  arguments: { key, value },
})
const onceItem = (id: Uint8Array, name: string): LedgerItem => ({
  id,
  contract: 'register',
  method: 'once',
  arguments: { name },
})

describe('a ledger', () => {
  test('makes an item durable, orders it, has it witnessed, and gives a receipt that verifies in both trees', async (t) => {
    const { ledger, options, random } = await opened(t)
    const item = testItem(random)
    assert.equal(await ledger.standing(item.id), null)
    const [accepted] = await ledger.submit([item])
    assert.equal(accepted?.kind, 'accepted')
    const standing = await ledger.wait(item.id, 'witnessed')
    assert.ok(standing.kind === 'witnessed' && standing.index === 1 && standing.size === 2)
    const receipt = await ledger.receipt({ id: item.id })
    assert.equal(receipt.index, 1)
    assert.deepEqual(decodeEntry(receipt.entry).body, item.arguments)
    assert.equal(decodeEntry(receipt.entry).time, receipt.time)
    const { policy } = options
    const sha256 = verifyReceipt({ entry: receipt.entry, proof: receipt.proof, profile: 'sha256', policy })
    const sm3 = verifyReceipt({ entry: receipt.entry, proof: receipt.proofSm3, profile: 'sm3', policy })
    assert.equal(sha256.verdict, 'verified')
    assert.equal(sm3.verdict, 'verified')
  })

  test('a receipt of another entry, or with one byte of its entry changed, does not verify', async (t) => {
    const { ledger, options, random } = await opened(t)
    await fixed(ledger, [testItem(random), testItem(random)])
    const one = await ledger.receipt({ index: 1 })
    const two = await ledger.receipt({ index: 2 })
    const { policy } = options
    const verdict = (entry: Uint8Array, proof: string) =>
      verifyReceipt({ entry, proof, profile: 'sha256', policy }).verdict
    assert.equal(verdict(one.entry, one.proof), 'verified')
    assert.equal(verdict(one.entry, two.proof), 'failed')
    const changed = one.entry.slice()
    changed[changed.length - 1]! ^= 1
    assert.equal(verdict(changed, one.proof), 'failed')
  })

  test('begins with an entry that names the origin, the policy and the log that it continues', async (t) => {
    const previousCheckpoint = { sha256: 'older checkpoint\n', sm3: 'older checkpoint of the SM3 tree\n' }
    const { ledger, options } = await opened(t, { previousCheckpoint })
    const [first] = await ledger.entries(0, 1)
    const { kind, body } = decodeEntry(first!.entry)
    assert.equal(kind, 'ledger.genesis')
    assert.equal(body.o, options.origin)
    assert.equal(toHex(body.p as Uint8Array), policyId(options.policy))
    assert.equal(body.q, previousCheckpoint.sha256)
    assert.equal(body.r, previousCheckpoint.sm3)
  })

  test('many items of many callers each get their own entry and receipt, the same id once', async (t) => {
    const { ledger, options, random } = await opened(t)
    const items = Array.from({ length: 700 }, () => testItem(random))
    const calls = Array.from({ length: 35 }, (_, i) => items.slice(i * 20, i * 20 + 20))
    // Every item is sent by two callers at the same time.
    const standings = await Promise.all([...calls, ...calls].map((call) => fixed(ledger, call)))
    const indices = standings.flat().map((standing) => ('index' in standing ? standing.index : -1))
    assert.deepEqual(
      [...new Set(indices)].sort((a, b) => a - b),
      items.map((_, i) => i + 1),
    )
    assert.equal((await ledger.status()).size, 701)
    for (const item of items.filter((_, i) => i % 50 === 0)) {
      const receipt = await ledger.receipt({ id: item.id })
      const input = { entry: receipt.entry, proof: receipt.proofSm3, policy: options.policy }
      assert.equal(verifyReceipt({ ...input, profile: 'sm3' }).verdict, 'verified')
      assert.equal(toHex(decodeEntry(receipt.entry).id), toHex(item.id))
    }
  })

  test('an id that stands on the ledger is answered with where it stands, after a restart too', async (t) => {
    const { ledger, options, random } = await opened(t)
    const item = testItem(random)
    await fixed(ledger, [item])
    const [again] = await ledger.submit([item])
    assert.ok(again?.kind === 'witnessed' && again.index === 1)
    await ledger.close()
    const second = await openLedger(options)
    t.after(() => second.close())
    const [later] = await second.submit([item])
    assert.ok(later !== undefined && 'index' in later && later.index === 1)
    assert.equal((await second.status()).size, 2)
  })

  test('a waiting id with other content is refused by name', async (t) => {
    const { ledger, random } = await opened(t, { tuning: { gatherMs: 200 } })
    const item = testItem(random)
    const other = { ...testItem(random), id: item.id }
    const [, second] = await ledger.submit([item, other])
    assert.ok(second?.kind === 'refused' && second.refusal.code === 'id-taken')
  })

  test('refuses unknown contracts and methods, wrong arguments, missing permission, and what the contract refuses', async (t) => {
    const { ledger, random } = await opened(t, { authorise: ({ permission }) => permission !== 'register.set' })
    const item = testItem(random)
    const standings = await ledger.submit([
      { ...item, contract: 'unknown' },
      { ...item, method: 'toString' },
      { ...item, arguments: { c: random(31) } },
      setItem(random(16), 'a', 1),
      { ...item, contract: 'ledger', method: 'batch' },
    ])
    const codes = standings.map((standing) => (standing.kind === 'refused' ? standing.refusal.code : standing.kind))
    assert.deepEqual(codes, [
      'contract-unknown',
      'method-unknown',
      'arguments-malformed',
      'permission-denied',
      'contract-unknown',
    ])
    assert.equal((await ledger.status()).size, 1)
  })

  test('what a contract refuses at execution leaves no entry, is told to who waits, and is remembered', async (t) => {
    const { ledger, options, random } = await opened(t)
    const [first, second] = [onceItem(random(16), 'name'), onceItem(random(16), 'name')]
    await ledger.submit([first, second])
    await ledger.wait(first.id, 'witnessed')
    await assert.rejects(ledger.wait(second.id, 'ordered'), { code: 'ledger-item-refused' })
    assert.equal((await ledger.standing(second.id))?.kind, 'refused')
    await ledger.close()
    const again = await openLedger(options)
    t.after(() => again.close())
    const standing = await again.standing(second.id)
    assert.ok(standing?.kind === 'refused' && standing.refusal.code === 'contract-refused')
    assert.equal((await again.status()).size, 2)
  })

  test('items that are no ledger data are refused before anything is accepted', async (t) => {
    const { ledger, random } = await opened(t)
    const good = testItem(random)
    const bad = (change: Partial<LedgerItem>) => ledger.submit([good, { ...testItem(random), ...change }])
    await assert.rejects(bad({ id: random(15) }), { code: 'ledger-item-malformed', field: 'id' })
    await assert.rejects(bad({ arguments: { c: 1.5 } }), { code: 'ledger-item-malformed' })
    await assert.rejects(bad({ arguments: { c: random(20_000) } }), { code: 'ledger-item-malformed' })
    assert.equal(await ledger.standing(good.id), null)
  })

  test('finds entries by index, by either commitment and by number digest, and nothing by what was never there', async (t) => {
    const { ledger, random } = await opened(t)
    const items = Array.from({ length: 300 }, () => testItem(random))
    await fixed(ledger, items)
    const { c, s, n } = items[123]!.arguments as { c: Uint8Array; s: Uint8Array; n: Uint8Array }
    for (const by of [{ index: 124 }, { commitment: c }, { commitment: s }, { number: n }]) {
      const found = await ledger.lookup(by)
      assert.deepEqual(
        found.map(({ index }) => index),
        [124],
      )
    }
    assert.deepEqual(await ledger.lookup({ commitment: n }), [])
    assert.deepEqual(await ledger.lookup({ number: c }), [])
    assert.deepEqual(await ledger.lookup({ number: random(32) }), [])
    assert.deepEqual(await ledger.lookup({ index: 301 }), [])
    await assert.rejects(ledger.receipt({ index: 301 }), { code: 'ledger-not-found' })
    await assert.rejects(ledger.receipt({ id: random(16) }), { code: 'ledger-not-found' })
  })

  test('checkpoints of growing sizes are consistent in both trees, over restarts', async (t) => {
    const { ledger, options, random } = await opened(t)
    const checkpoints: { sha256: string; sm3: string }[] = []
    let current = ledger
    for (let round = 0; round < 4; round++) {
      await fixed(
        current,
        Array.from({ length: 150 }, () => testItem(random)),
      )
      checkpoints.push({ sha256: await current.checkpoint('sha256'), sm3: await current.checkpoint('sm3') })
      await current.close()
      current = await openLedger(options)
    }
    const trees = servedTrees(current.serve)
    for (const profile of PROFILES) {
      const heads = checkpoints.map((one) => parseSignedCheckpoint(one[profile]).checkpoint)
      for (const [i, from] of heads.entries()) {
        for (const to of heads.slice(i)) {
          const path = trees[profile].consistency(from.size, to.size)
          const claim = { name: profile, from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root, path }
          assert.ok(verifyConsistency(claim))
        }
      }
    }
    await current.close()
  })

  test('waiting ends by its signal, its time, and by closing', async (t) => {
    const { ledger, random } = await opened(t, { tuning: { gatherMs: 10_000 } })
    const item = testItem(random)
    await assert.rejects(ledger.wait(item.id, 'ordered'), { code: 'ledger-not-found' })
    await ledger.submit([item])
    const control = new AbortController()
    const aborted = assert.rejects(ledger.wait(item.id, 'ordered', { signal: control.signal }), { name: 'AbortError' })
    control.abort()
    await aborted
    await assert.rejects(ledger.wait(item.id, 'witnessed', { timeoutMs: 10 }), { code: 'ledger-wait-timeout' })
    const closed = assert.rejects(ledger.wait(item.id, 'witnessed'), { code: 'ledger-closed' })
    await ledger.close()
    await closed
    await assert.rejects(ledger.submit([item]), { code: 'ledger-closed' })
  })

  test('what was accepted and not yet sent is sent at the next start', async (t) => {
    const { ledger, options, random } = await opened(t, { tuning: { gatherMs: 60_000 } })
    const items = Array.from({ length: 5 }, () => testItem(random))
    await ledger.submit(items)
    await ledger.close()
    const again = await openLedger({ ...options, tuning: { ...options.tuning, gatherMs: 5 } })
    t.after(() => again.close())
    const standings = await Promise.all(items.map(({ id }) => again.wait(id, 'witnessed')))
    assert.deepEqual(
      standings.map((standing) => ('index' in standing ? standing.index : -1)),
      [1, 2, 3, 4, 5],
    )
  })

  test('holds no more than it is told to, and says so', async (t) => {
    const { ledger, random } = await opened(t, { tuning: { gatherMs: 10_000, mostHeld: 10 } })
    await ledger.submit(Array.from({ length: 10 }, () => testItem(random)))
    await assert.rejects(ledger.submit([testItem(random)]), { code: 'ledger-busy' })
  })

  test('a second opening of the same folder is refused by name, and the first goes on', async (t) => {
    const { ledger, options, random } = await opened(t)
    await assert.rejects(openLedger(options), { code: 'ledger-in-use' })
    await fixed(ledger, [testItem(random)])
    await ledger.close()
    await (await openLedger(options)).close()
  })

  test('keys that are not the policy’s, and a folder of another ledger, are refused by name', async (t) => {
    const { ledger, options } = await opened(t)
    await ledger.close()
    const { keys } = testLedgerOptions('', { seed: 'two' })
    for (const other of ['log', 'sm2Log', 'member', 'sm2Member'] as const) {
      const mixed = { ...options.keys, [other]: keys[other] }
      await assert.rejects(openLedger({ ...options, keys: mixed }), { code: 'ledger-key-mismatch' })
    }
    await assert.rejects(openLedger({ ...options, origin: 'elsewhere/1' }), { code: 'ledger-key-mismatch' })
    const stranger = testLedgerOptions(options.folder, { seed: 'two' })
    await assert.rejects(openLedger(stranger), { code: 'ledger-other-genesis' })
    await (await openLedger(options)).close()
  })

  test('a folder that another process has open is refused by name, until that process is killed', async () => {
    const folder = temporaryFolder()
    const script = fileURLToPath(new URL('testing/kill-child.ts', import.meta.url))
    const child = spawn(process.execPath, [script, folder, 'lock'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'close')
    await once(child.stdout, 'data')
    await assert.rejects(openLedger(testLedgerOptions(folder)), { code: 'ledger-in-use' })
    child.kill('SIGKILL')
    await ended
    await (await openLedger(testLedgerOptions(folder))).close()
  })
})
