/** Five organisations, five nodes, one ledger: what one fixes all witness, and what happens when some are gone. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fromBase64, randomBytes, toHex } from '@mingzheng/kernel'
import type { LedgerItem } from '@mingzheng/ledger'
import { decodeEntry, parseSignedCheckpoint, verifyReceipt } from '@mingzheng/proof'
import { pino } from 'pino'
import { makeLightHome, startLight } from '../../apps/node/src/index.ts'
import { needs } from '../capability.ts'
import { FiveNodes, MEMBERS, type MemberId, until } from './five-nodes.ts'

const options = needs('cometbft')

describe('a consortium of five nodes', { concurrency: false, ...options }, () => {
  let five: FiveNodes
  before(async () => {
    if (options.skip === undefined) five = await FiveNodes.start()
  })
  after(() => five?.end())

  test(
    'what the regulator fixes is witnessed by the quorum with a court or notary, and verifies offline',
    options,
    async () => {
      const ledger = await five.ledger('regulator')
      const item = evidence()
      await ledger.submit([item])
      const standing = await ledger.wait(item.id, 'witnessed', { timeoutMs: 60_000 })
      assert.ok(standing.kind === 'witnessed')
      const { entry, proof, proofSm3 } = await ledger.receipt({ id: item.id })
      for (const [profile, one] of [
        ['sha256', proof],
        ['sm3', proofSm3],
      ] as const) {
        const { verdict, signers } = verifyReceipt({ entry, proof: one, profile, policy: ledger.policy })
        assert.equal(verdict, 'verified')
        assert.ok(signers.length >= 3)
        assert.ok(signers.some(({ member }) => member.role === 'court' || member.role === 'notary'))
      }
    },
  )

  test(
    'several members fix at the same time; every one’s items are there once, on every member’s log',
    options,
    async () => {
      const given = new Map<MemberId, LedgerItem[]>()
      for (const id of ['regulator', 'court', 'notary'] as const) given.set(id, Array.from({ length: 200 }, evidence))
      await Promise.all(
        [...given].map(async ([id, items]) => {
          const ledger = await five.ledger(id)
          await ledger.submit(items)
          for (const item of items) await ledger.wait(item.id, 'witnessed', { timeoutMs: 60_000 })
        }),
      )
      await allAgree()
      const entries = await (await five.ledger('ca')).entries(0, 100_000)
      const ids = entries.map(({ entry }) => toHex(decodeEntry(entry).id))
      for (const items of given.values()) {
        for (const { id } of items) assert.equal(ids.filter((one) => one === toHex(id)).length, 1)
      }
    },
  )

  test(
    'every node serves the log, receipts and its health to everybody, and the ledger to nobody without the token',
    options,
    async () => {
      const sizes = await Promise.all(
        MEMBERS.map(async (id) => {
          const text = await (await fetch(`${five.url(id)}/checkpoint`)).text()
          return parseSignedCheckpoint(text).checkpoint.size
        }),
      )
      assert.ok(sizes.every((size) => size > 600))
      const receipt = await fetch(`${five.url('court')}/receipt/1`)
      assert.equal(((await receipt.json()) as { index: number }).index, 1)
      const health = (await (await fetch(`${five.url('notary')}/health`)).json()) as { state: string }
      assert.equal(health.state, 'ready')
      for (const path of ['/ledger/status', '/metrics', '/log/checkpoint']) {
        for (const headers of [{}, { authorization: `Bearer ${'0'.repeat(64)}` }]) {
          const init = path === '/ledger/status' ? { method: 'POST', headers } : { headers }
          assert.equal((await fetch(five.ledgerUrl('court') + path, init)).status, 401)
        }
      }
      assert.equal((await fetch(`${five.url('court')}/ledger/status`, { method: 'POST' })).status, 404)
      const token = (await readFile(join(five.home('court'), 'token'), 'utf8')).trim()
      const metrics = await fetch(`${five.ledgerUrl('court')}/metrics`, {
        headers: { authorization: `Bearer ${token}` },
      })
      assert.match(await metrics.text(), /^mingzheng_log_entries [1-9]\d+$/m)
    },
  )

  test('what strangers send to a node’s door is refused and leaves it working', options, async () => {
    const url = five.url('forensic')
    const bodies = [
      '',
      '{}',
      '{"v":1,"notes":["x"]}',
      'x'.repeat(300_000),
      JSON.stringify({ v: 1, notes: Array(65).fill('a') }),
    ]
    for (const body of bodies) {
      assert.equal((await fetch(`${url}/peer/cosignatures`, { method: 'POST', body })).status, 422)
    }
    const huge = await fetch(`${url}/peer/cosignatures`, { method: 'POST', body: 'x'.repeat(600_000) }).catch(
      () => null,
    )
    assert.ok(huge === null || huge.status === 413)
    for (const path of ['/peer/holdings?size=-1', '/peer/positions?from=1e3', '/receipt/01', '/lookup/zz']) {
      assert.equal((await fetch(url + path)).status, 400, path)
    }
    assert.equal((await fetch(`${url}/receipt/99999999`)).status, 404)
    assert.equal((await fetch(`${url}/log/../token`)).status, 404)
    assert.equal(((await (await fetch(`${url}/health`)).json()) as { state: string }).state, 'ready')
  })

  test('with one node killed the others go on; it comes back and has everything', options, async () => {
    await five.halt('notary', 'SIGKILL')
    const ledger = await five.ledger('regulator')
    const items = Array.from({ length: 20 }, evidence)
    await ledger.submit(items)
    for (const { id } of items) await ledger.wait(id, 'witnessed', { timeoutMs: 60_000 })
    const away = (await ledger.members(null)).find(({ id }) => id === 'notary')
    assert.equal(away?.state, 'unreached')
    await five.start('notary')
    await allAgree()
    // Nothing new comes: the signatures that were made while it was away it has to ask for.
    const { size } = await ledger.status()
    await until('it believes the newest checkpoint', async () => {
      return (await (await five.ledger('notary')).status()).witnessedSize === size
    })
  })

  test(
    'with two gone nothing is fixed and it is said in words; what was accepted is fixed when they return',
    options,
    async () => {
      const ledger = await five.ledger('regulator')
      await Promise.all([five.halt('court', 'SIGKILL'), five.halt('ca', 'SIGTERM')])
      const item = evidence()
      const [accepted] = await ledger.submit([item])
      assert.equal(accepted?.kind, 'accepted')
      await until('the loss is noticed', async () => (await ledger.status()).reason?.code === 'quorum-lost')
      const health = await fetch(`${five.url('regulator')}/health`)
      assert.equal(health.status, 503)
      assert.match(((await health.json()) as { words: { en: string } }).words.en, /nothing can be fixed now/)
      assert.equal((await ledger.standing(item.id))?.kind, 'accepted')
      // Readers still read.
      assert.equal((await fetch(`${five.url('forensic')}/receipt/1`)).status, 200)
      await Promise.all([five.start('court'), five.start('ca')])
      assert.equal((await ledger.wait(item.id, 'witnessed', { timeoutMs: 60_000 })).kind, 'witnessed')
      await allAgree()
    },
  )

  test('a node stops in order when it is told to, and leaves no engine behind', options, async () => {
    const engine = (await five.engine('forensic'))!
    assert.equal(await five.halt('forensic', 'SIGTERM'), 0)
    assert.throws(() => process.kill(engine, 0), { code: 'ESRCH' })
    // CometBFT's own key files are there only while it starts.
    const config = await readdir(join(five.home('forensic'), 'comet', 'config'))
    assert.ok(!config.includes('priv_validator_key.json') && !config.includes('node_key.json'))
    await five.start('forensic')
    await allAgree()
  })

  test('a light copy holds and checks the same log without a vote, and hands out receipts', options, async () => {
    const home = await mkdtemp(join(tmpdir(), 'mingzheng-light-'))
    await makeLightHome(home, await readFile(join(five.folder, 'founding.json')), { host: '127.0.0.1', port: 0 })
    const light = await startLight(home, pino({ level: 'silent' }))
    try {
      const ledger = await five.ledger('regulator')
      await until('the light copy is current', async () => {
        const states = await light.copy.follow()
        return states.length === 5 && states.every(({ state }) => state === 'same')
      })
      const { witnessedSize } = await ledger.status()
      assert.equal(light.copy.size, witnessedSize)
      const answer = await fetch(`${light.url}/receipt/${witnessedSize - 1}`)
      const { entry, proof } = (await answer.json()) as { entry: string; proof: string }
      const checked = { entry: fromBase64(entry), proof, profile: 'sha256', policy: ledger.policy } as const
      assert.equal(verifyReceipt(checked).verdict, 'verified')
      assert.equal((await fetch(`${light.url}/ledger/submit`, { method: 'POST' })).status, 404)
    } finally {
      await light.stop()
      await rm(home, { recursive: true })
    }
  })

  /** All five answer, hold the same number of entries, and have the same roots. */
  async function allAgree(): Promise<void> {
    const ledger = await five.ledger('regulator')
    await until('all members hold the same', async () => {
      const { size } = await ledger.status()
      const members = await ledger.members(size)
      return members.length === 5 && members.every((one) => one.agrees === true && one.size === size)
    })
  }
})

function evidence(): LedgerItem {
  const bytes = { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) }
  return { id: randomBytes(16), contract: 'evidence', method: 'fix', arguments: bytes }
}
