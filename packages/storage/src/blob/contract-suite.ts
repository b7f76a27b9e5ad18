/** What every blob store must show, faults included; run over each by its own test file. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, concat, createDigest, digest, equalBytes, type Failure, utf8 } from '@mingzheng/kernel'
import type { BlobStore } from './blob-store.ts'

/** A fault at the moment that matters: the store says it failed, and it did not (`before`) or did (`after`) persist. */
export type Fault = 'before' | 'after'

export interface StoreUnderTest {
  store: BlobStore
  /** Moves the store's clock. */
  setTime(ms: number): void
  /** Time from which locks are counted, for a service that takes none before its own present. Default 0. */
  epoch?: number
  /** Makes the next put fail so. */
  failNext(fault: Fault): void
  close(): Promise<void>
}

function code(expected: string) {
  return (error: unknown) => {
    assert.equal((error as Failure).code, expected)
    return true
  }
}

async function read(source: AsyncIterable<Bytes>): Promise<Bytes> {
  const parts: Bytes[] = []
  for await (const part of source) parts.push(part)
  return concat(...parts)
}

async function* pieces(total: number, piece: number): AsyncGenerator<Bytes> {
  const buffer = new Uint8Array(piece)
  for (let at = 0; at < total; at += piece) {
    // One buffer for all: a store that keeps a chunk instead of its bytes is found out.
    buffer.fill((at / piece) % 251)
    yield buffer.subarray(0, Math.min(piece, total - at))
  }
}

/** Registers the suite. `open` makes an empty store; `large` is a size that needs several parts or writes. */
export function blobStoreContract(name: string, large: number, open: () => Promise<StoreUnderTest>): void {
  const each = (title: string, body: (it: StoreUnderTest) => Promise<void>) =>
    test(title, async () => {
      const it = await open()
      try {
        await body(it)
      } finally {
        await it.close()
      }
    })

  describe(`blobs in ${name}`, () => {
    each('gives back the bytes that were put, with both digests', async ({ store }) => {
      const bytes = utf8('明证')
      const receipt = await store.put('a/b.txt', [bytes])
      assert.deepEqual(receipt, { bytes: 6, sha256: digest('sha256', bytes), sm3: digest('sm3', bytes) })
      assert.ok(equalBytes(await read(await store.open('a/b.txt')), bytes))
      assert.deepEqual(await store.stat('a/b.txt'), { key: 'a/b.txt', bytes: 6 })
    })
    each('keeps an empty blob', async ({ store }) => {
      assert.equal((await store.put('empty', [])).bytes, 0)
      assert.equal((await read(await store.open('empty'))).length, 0)
    })
    each('keeps a blob of many parts and reads any range of it', async ({ store }) => {
      const receipt = await store.put('large', pieces(large, 60_001), { bytes: large })
      const expected = createDigest('sha256')
      for await (const piece of pieces(large, 60_001)) expected.update(piece)
      assert.ok(equalBytes(receipt.sha256, expected.digest()))
      const whole = await read(await store.open('large'))
      assert.ok(equalBytes(digest('sha256', whole), receipt.sha256))
      for (const range of [
        { start: 0, end: 0 },
        { start: 60_000, end: 120_010 },
        { start: large - 1, end: large - 1 },
      ]) {
        const part = await read(await store.open('large', range))
        assert.ok(equalBytes(part, whole.subarray(range.start, range.end + 1)))
      }
    })
    each('refuses a range outside the blob', async ({ store }) => {
      await store.put('short', [utf8('abc')])
      for (const range of [
        { start: 0, end: 3 },
        { start: 2, end: 1 },
        { start: -1, end: 1 },
        { start: 0.5, end: 1 },
      ]) {
        await assert.rejects(store.open('short', range), code('blob-range-wrong'))
      }
    })
    each('lists by prefix in byte order', async ({ store }) => {
      const keys = ['a-b', 'a.b', 'a/b', 'a/c/d', 'b']
      for (const key of keys) await store.put(key, [utf8(key)])
      const listed: string[] = []
      for await (const blob of store.list('')) listed.push(blob.key)
      assert.deepEqual(listed, keys.sort())
      const below: string[] = []
      for await (const blob of store.list('a/')) below.push(blob.key)
      assert.deepEqual(below, ['a/b', 'a/c/d'])
    })
    each('says that a blob is missing', async ({ store }) => {
      assert.equal(await store.stat('none/such'), null)
      await assert.rejects(store.open('none/such'), code('blob-missing'))
      await assert.rejects(store.lock('none/such', 1), code('blob-missing'))
      await store.remove('none/such')
    })
    each('never writes a key twice, and leaves the first bytes alone', async ({ store }) => {
      await store.put('once', [utf8('first')])
      await assert.rejects(store.put('once', [utf8('second')]), code('blob-exists'))
      assert.ok(equalBytes(await read(await store.open('once')), utf8('first')))
    })
    each('lets one of several simultaneous puts of a key win', async ({ store }) => {
      const puts = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) => store.put('race', pieces(100_000, 1000 + i), { bytes: 100_000 })),
      )
      assert.equal(puts.filter((put) => put.status === 'fulfilled').length, 1)
      for (const put of puts) if (put.status === 'rejected') code('blob-exists')(put.reason)
    })
    each('refuses keys that lead elsewhere', async ({ store }) => {
      const keys = [
        '',
        '/',
        '../x',
        'a//b',
        'a/../b',
        '.hidden',
        'a/.b',
        'a\\b',
        'a b',
        'ü',
        'a\u0000',
        'a/',
        '/a',
        'a.',
      ]
      for (const key of [...keys, 'x'.repeat(600)]) {
        await assert.rejects(store.put(key, [utf8('x')]), code('blob-key-malformed'), key)
        await assert.rejects(async () => store.open(key), code('blob-key-malformed'), key)
      }
    })
    each('keeps nothing of a source that breaks off, and the key stays free', async ({ store }) => {
      async function* breaking(): AsyncGenerator<Bytes> {
        yield utf8('half')
        throw new Error('the line was cut')
      }
      await assert.rejects(store.put('broken', breaking()), /the line was cut/)
      assert.equal(await store.stat('broken'), null)
      await store.put('broken', [utf8('whole')])
    })
    each('keeps nothing when more or fewer bytes come than announced', async ({ store }) => {
      for (const bytes of [2, 4]) {
        await assert.rejects(store.put('sized', [utf8('abc')], { bytes }), code('blob-size-wrong'))
        await assert.rejects(
          store.put('sized', pieces(large, 60_001), { bytes: large + bytes - 3 }),
          code('blob-size-wrong'),
        )
        assert.equal(await store.stat('sized'), null)
      }
    })
    each('keeps nothing of a put that is cancelled', async ({ store }) => {
      const stop = new AbortController()
      async function* source(): AsyncGenerator<Bytes> {
        yield utf8('one')
        stop.abort()
        yield utf8('two')
      }
      await assert.rejects(store.put('cancelled', source(), { signal: stop.signal }))
      assert.equal(await store.stat('cancelled'), null)
    })
    each('a put that failed and did not persist can be tried again', async (it) => {
      it.failNext('before')
      await assert.rejects(it.store.put('f', [utf8('x')]), code('blob-storage-failed'))
      assert.equal(await it.store.stat('f'), null)
      await it.store.put('f', [utf8('x')])
      assert.ok(equalBytes(await read(await it.store.open('f')), utf8('x')))
    })
    each('a put that failed but did persist is whole, and says so at the next try', async (it) => {
      it.failNext('after')
      await assert.rejects(it.store.put('f', [utf8('x')]), code('blob-storage-failed'))
      await assert.rejects(it.store.put('f', [utf8('x')]), code('blob-exists'))
      assert.ok(equalBytes(await read(await it.store.open('f')), utf8('x')))
    })
    each('does not remove a locked blob until its time has come, and never shortens a lock', async (it) => {
      const at = (ms: number) => (it.epoch ?? 0) + ms
      it.setTime(at(1_000))
      await it.store.put('held', [utf8('x')])
      assert.equal(await it.store.lockedUntil('held'), null)
      await it.store.lock('held', at(5_000))
      await it.store.lock('held', at(3_000))
      assert.equal(await it.store.lockedUntil('held'), at(5_000))
      await assert.rejects(it.store.remove('held'), code('blob-locked'))
      it.setTime(at(5_001))
      assert.equal(await it.store.lockedUntil('held'), null)
      await it.store.remove('held')
      assert.equal(await it.store.stat('held'), null)
      let listed = 0
      for await (const _ of it.store.list('')) listed++
      assert.equal(listed, 0)
    })
    each('does not remove a blob under a hold until it is lifted, whatever its lock says', async (it) => {
      const at = (ms: number) => (it.epoch ?? 0) + ms
      it.setTime(at(1_000))
      await assert.rejects(it.store.setHold('none/such', true), code('blob-missing'))
      await it.store.put('a/held', [utf8('x')])
      assert.equal(await it.store.isHeld('a/held'), false)
      await it.store.setHold('a/held', false)
      await it.store.setHold('a/held', true)
      await it.store.setHold('a/held', true)
      assert.equal(await it.store.isHeld('a/held'), true)
      await assert.rejects(it.store.remove('a/held'), code('blob-locked'))
      await it.store.lock('a/held', at(5_000))
      it.setTime(at(5_001))
      await assert.rejects(it.store.remove('a/held'), code('blob-locked'))
      await it.store.lock('a/held', at(9_000))
      await it.store.setHold('a/held', false)
      assert.equal(await it.store.isHeld('a/held'), false)
      await assert.rejects(it.store.remove('a/held'), code('blob-locked'))
      it.setTime(at(9_001))
      await it.store.remove('a/held')
      assert.equal(await it.store.stat('a/held'), null)
      assert.equal(await it.store.isHeld('a/held'), false)
    })
  })
}
