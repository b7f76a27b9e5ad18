import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fixOnLedger } from '@mingzheng/evidence'
import { type Bytes, concat, digest, Failure, systemClock, utf8 } from '@mingzheng/kernel'
import type { LedgerClient, LedgerItem } from '@mingzheng/ledger'
import { type BlobStore, openBlobs } from '@mingzheng/storage'
import { createFixParts, type FixPartsOptions } from '../../apps/server/src/compose/fix-parts.ts'

/** A put or submit fails as told: before anything was kept, or after all of it was. */
type When = 'lost' | 'kept'

const full = () => new Failure('blob-storage-full', 'injected by a test')
const hasCode = (code: string) => (error: Failure) => {
  assert.equal(error.code, code)
  return true
}

describe('custody when a put fails', () => {
  let folder: string
  let blobs: BlobStore
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-pairs-'))
    blobs = await openBlobs({ url: null, folder, clock: systemClock })
  })
  after(async () => {
    await blobs.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** The store of fixing over blobs whose first put fails. */
  function storeFailing(when: When) {
    let left = 1
    const failing: BlobStore = {
      ...blobs,
      async put(key, source, how) {
        if (left-- <= 0) return blobs.put(key, source, how)
        if (when === 'kept') await blobs.put(key, source, how)
        throw full()
      },
    }
    const house = { installation: {}, documents: {}, blobs: failing } as unknown as FixPartsOptions
    const { store } = createFixParts(house)
    return (key: string, open: () => AsyncIterable<Bytes>) => store(key, open, Date.now() + 60_000)
  }

  async function* chunks(text: string): AsyncIterable<Bytes> {
    for (const word of text.split(' ')) yield utf8(word)
  }
  async function content(key: string): Promise<Bytes> {
    const parts: Bytes[] = []
    for await (const part of await blobs.open(key)) parts.push(new Uint8Array(part))
    return concat(...parts)
  }

  for (const when of ['lost', 'kept'] as const) {
    test(`(${when}): it fails by name, and the second try stands there whole, once`, async () => {
      const store = storeFailing(when)
      const open = () => chunks('one two three')
      await assert.rejects(store(`packages/${when}.zip`, open), hasCode('blob-storage-full'))
      const stored = await store(`packages/${when}.zip`, open)
      assert.deepEqual(stored.sha256, digest('sha256', utf8('onetwothree')))
      assert.equal(stored.bytes, 11)
      assert.deepEqual(await content(`packages/${when}.zip`), utf8('onetwothree'))
      await assert.rejects(blobs.remove(`packages/${when}.zip`), hasCode('blob-locked'))
    })
  }

  test('other bytes under the same key are never taken for ours', async () => {
    const store = storeFailing('kept')
    await assert.rejects(
      store('packages/other.zip', () => chunks('what a crash left')),
      hasCode('blob-storage-full'),
    )
    await assert.rejects(
      store('packages/other.zip', () => chunks('ours')),
      hasCode('blob-exists'),
    )
    assert.deepEqual(await content('packages/other.zip'), utf8('whatacrashleft'))
  })
})

describe('fixing when a submit fails', () => {
  const item = {
    id: new Uint8Array(16),
    commitment: new Uint8Array(32),
    commitmentSm3: new Uint8Array(32),
    number: new Uint8Array(32),
  }

  function ledgerFailing(when: When, code: string) {
    const entries: LedgerItem[] = []
    let left = 1
    const ledger = {
      async submit(items: LedgerItem[]) {
        const first = left-- > 0
        if (!first || when === 'kept') {
          for (const one of items) if (!entries.some((known) => Buffer.from(known.id).equals(one.id))) entries.push(one)
        }
        if (first) throw new Failure(code, 'injected by a test')
        return items.map(({ id }) => ({ kind: 'accepted', id }))
      },
      wait: async () => ({ kind: 'witnessed', id: item.id, index: 0, time: 1, size: 1 }),
      receipt: async () => ({ index: 0, time: 1, entry: utf8('entry'), proof: 'p', proofSm3: 's' }),
    }
    return { ledger: ledger as unknown as LedgerClient, entries }
  }

  for (const when of ['lost', 'kept'] as const) {
    test(`(${when}): the same item is sent again, and stands on the ledger once`, async () => {
      const { ledger, entries } = ledgerFailing(when, 'storage-fault')
      const receipt = await fixOnLedger(ledger, item, AbortSignal.timeout(10_000))
      assert.equal(receipt.index, 0)
      assert.equal(entries.length, 1)
    })
  }

  test('what does not pass by itself is told and not tried for ever', async () => {
    const { ledger } = ledgerFailing('lost', 'ledger-item-malformed')
    await assert.rejects(fixOnLedger(ledger, item, AbortSignal.timeout(10_000)), hasCode('ledger-item-malformed'))
  })
})
