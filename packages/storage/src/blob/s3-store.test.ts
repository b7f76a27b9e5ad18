import assert from 'node:assert/strict'
import { test } from 'node:test'
import { S3Client } from '@aws-sdk/client-s3'
import { type Failure, manualClock, utf8 } from '@mingzheng/kernel'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { blobStoreContract, type Fault } from './contract-suite.ts'
import { openBlobs } from './open-blobs.ts'
import { openS3Store } from './s3-store.ts'

const MIB = 1024 * 1024

async function startServer(): Promise<{ server: FauxqsServer; endpoint: string }> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  server.createBucket('evidence')
  return { server, endpoint: `http://127.0.0.1:${server.port}` }
}

blobStoreContract('S3', 11 * MIB, async () => {
  const { server, endpoint } = await startServer()
  const clock = manualClock(0)
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  })
  let fault: Fault | null = null
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const write = context.commandName === 'PutObjectCommand'
      const now = write ? fault : null
      if (write) fault = null
      const cut = Object.assign(new Error('connection reset'), { code: 'ECONNRESET' })
      if (now === 'before') throw cut
      const answer = await next(args)
      if (now === 'after') throw cut
      return answer
    },
    { step: 'initialize' },
  )
  const store = await openS3Store({ client, bucket: 'evidence', prefix: 'mz', clock, partBytes: 5 * MIB })
  return {
    store,
    setTime: clock.set,
    failNext(next) {
      fault = next
    },
    async close() {
      await store.close()
      await server.stop()
    },
  }
})

test('a store is opened by its address, and one that does not answer is named', async () => {
  const { server, endpoint } = await startServer()
  const url = `s3://key:secret@evidence/some/folder?endpoint=${encodeURIComponent(endpoint)}`
  const store = await openBlobs({ url, folder: '', clock: manualClock(0) })
  await store.put('a', [utf8('x')])
  await server.stop()
  await assert.rejects(store.put('b', [utf8('x')]), (error: Failure) => error.code === 'blob-storage-failed')
  await assert.rejects(store.stat('a'), (error: Failure) => error.code === 'blob-storage-failed')
  await store.close()
})

test('an address that is none is refused with the remedy', async () => {
  for (const url of ['http://x', 's3:', 'bucket', 's3:///x']) {
    await assert.rejects(openBlobs({ url, folder: '', clock: manualClock(0) }), (error: Failure) => {
      assert.equal(error.code, 'configuration-wrong')
      return error.field === 'BLOBS_URL'
    })
  }
})
