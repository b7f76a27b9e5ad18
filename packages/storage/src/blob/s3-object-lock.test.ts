/** The store in a bucket that was made with object lock, at a server that keeps its promises: versitygw, an S3 service over files. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { type Bytes, concat, manualClock, utf8 } from '@mingzheng/kernel'
import { needs, toolPath } from '../../../../tests/capability.ts'
import type { BlobStore } from './blob-store.ts'
import { blobStoreContract, type Fault } from './contract-suite.ts'
import { type ObjectLockService, startObjectLockService } from './object-lock-service.ts'
import { openS3Store } from './s3-store.ts'

const MIB = 1024 * 1024
const DAY = 86_400_000
const options = needs('versitygw')

let service: ObjectLockService
const newClient = () => service.client()
const newBucket = () => service.newBucket()

before(async () => {
  if (options.skip === undefined) service = await startObjectLockService(toolPath('versitygw'))
})
after(() => service?.stop())

describe('with object lock', options, () => {
  blobStoreContract('S3 with object lock', 11 * MIB, async () => {
    const epoch = Date.now() + DAY
    const clock = manualClock(epoch)
    const client = newClient()
    let fault: Fault | null = null
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const now = context.commandName === 'PutObjectCommand' ? fault : null
        if (now !== null) fault = null
        const cut = Object.assign(new Error('connection reset'), { code: 'ECONNRESET' })
        if (now === 'before') throw cut
        const answer = await next(args)
        if (now === 'after') throw cut
        return answer
      },
      { step: 'initialize' },
    )
    const store = await openS3Store({ client, bucket: await newBucket(), prefix: 'mz', clock, partBytes: 5 * MIB })
    assert.equal(store.locksEnforced, true)
    return {
      store,
      epoch,
      setTime: clock.set,
      failNext(next) {
        fault = next
      },
      close: () => store.close(),
    }
  })

  describe('the service itself', () => {
    let bucket: string
    let client: S3Client
    let store: BlobStore
    const at = (key: string) => ({ Bucket: bucket, Key: `blobs/${key}` })
    before(async () => {
      bucket = await newBucket()
      client = newClient()
      store = await openS3Store({ client: newClient(), bucket, prefix: '', clock: manualClock(Date.now()) })
    })
    after(async () => {
      client.destroy()
      await store.close()
    })
    const versionOf = async (key: string) => {
      const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: at(key).Key }))
      return Versions!.at(-1)!.VersionId!
    }
    const read = async (key: string, VersionId?: string) => {
      const { Body } = await client.send(new GetObjectCommand({ ...at(key), ...(VersionId && { VersionId }) }))
      return Body!.transformToString()
    }

    test('refuses to destroy or unlock what is locked, whoever asks and by whatever way', async () => {
      await store.put('held', [utf8('evidence')])
      await store.lock('held', Date.now() + DAY)
      const VersionId = await versionOf('held')
      const sooner = { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date(Date.now() + 60_000) }
      for (const attack of [
        new DeleteObjectCommand({ ...at('held'), VersionId }),
        new DeleteObjectCommand({ ...at('held'), VersionId, BypassGovernanceRetention: true }),
      ]) {
        await assert.rejects(client.send(attack), { name: 'AccessDenied' })
      }
      const shorten = new PutObjectRetentionCommand({
        ...at('held'),
        Retention: sooner,
        BypassGovernanceRetention: true,
      })
      await assert.rejects(client.send(shorten), { name: 'AccessDenied' })
      await store.put('under-a-hold', [utf8('evidence')])
      await store.setHold('under-a-hold', true)
      const kept = new DeleteObjectCommand({ ...at('under-a-hold'), VersionId: await versionOf('under-a-hold') })
      await assert.rejects(client.send(kept), { name: 'AccessDenied' })
      await client.send(new PutObjectCommand({ ...at('held'), Body: 'something else' }))
      await client.send(new DeleteObjectCommand(at('held')))
      assert.equal(await read('held', VersionId), 'evidence')
    })

    test('gives a key once, whichever programs put there at the same time, also in parts', async () => {
      const many = await Promise.all(
        Array.from({ length: 6 }, () =>
          openS3Store({ client: newClient(), bucket, prefix: '', clock: manualClock(0), partBytes: 5 * MIB }),
        ),
      )
      for (const [key, bytes] of [
        ['small', 100],
        ['large', 6 * MIB],
      ] as const) {
        const contents = many.map((_, i) => new Uint8Array(bytes).fill(i))
        const puts = await Promise.allSettled(many.map((one, i) => one.put(key, [contents[i]!])))
        const winners = puts.flatMap((put, i) => (put.status === 'fulfilled' ? [i] : []))
        assert.equal(winners.length, 1)
        for (const put of puts) if (put.status === 'rejected') assert.equal(put.reason.code, 'blob-exists')
        const parts: Bytes[] = []
        for await (const part of await many[0]!.open(key)) parts.push(part)
        assert.deepEqual(concat(...parts), contents[winners[0]!])
      }
      for (const one of many) await one.close()
    })

    test('a lock that cannot be asked about is not taken for none', async () => {
      await store.put('asked', [utf8('x')])
      const deaf = newClient()
      deaf.middlewareStack.add(
        (next, context) => async (args) => {
          if (context.commandName !== 'GetObjectRetentionCommand') return next(args)
          throw Object.assign(new Error('connection reset'), { code: 'ECONNRESET' })
        },
        { step: 'initialize' },
      )
      const blind = await openS3Store({ client: deaf, bucket, prefix: '', clock: manualClock(0) })
      await assert.rejects(blind.remove('asked'), { code: 'blob-storage-failed' })
      await blind.close()
      assert.equal(await read('asked'), 'x')
    })
  })
})
