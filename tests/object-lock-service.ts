/** An S3 service with object lock that keeps its promises: versitygw, over files in a folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { freePort } from '../apps/cli/src/up/free-port.ts'
import { toolPath } from './capability.ts'

const KEY = 'key'
const SECRET = 'a long secret'

export interface ObjectLockService {
  endpoint: string
  client(): S3Client
  /** Makes a bucket with object lock. */
  newBucket(): Promise<string>
  /** `BLOBS_URL` of a bucket. */
  urlOf(bucket: string): string
  stop(): Promise<void>
}

/** For tests that say `needs('versitygw')`. */
export async function startObjectLockService(): Promise<ObjectLockService> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'mz-s3-'))
  for (const name of ['root', 'versions']) await mkdir(join(folder, name))
  const address = `127.0.0.1:${port}`
  const args = ['--port', address, 'posix', '--versioning-dir', join(folder, 'versions'), join(folder, 'root')]
  const gateway = spawn(toolPath('versitygw'), args, {
    env: { ROOT_ACCESS_KEY: KEY, ROOT_SECRET_KEY: SECRET },
    stdio: 'ignore',
  })
  const endpoint = `http://${address}`
  const client = () =>
    new S3Client({
      endpoint,
      forcePathStyle: true,
      region: 'us-east-1',
      credentials: { accessKeyId: KEY, secretAccessKey: SECRET },
      maxAttempts: 1,
    })
  let buckets = 0
  return {
    endpoint,
    client,
    async newBucket() {
      const name = `evidence-${++buckets}`
      const asking = client()
      for (let waited = 0; ; waited += 50) {
        try {
          await asking.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: true }))
          asking.destroy()
          return name
        } catch (error) {
          if (waited >= 20_000 || (error as { code?: string }).code !== 'ECONNREFUSED') throw error
          await pause(50)
        }
      }
    },
    urlOf: (bucket) =>
      `s3://${KEY}:${encodeURIComponent(SECRET)}@${bucket}/evidence?endpoint=${encodeURIComponent(endpoint)}`,
    async stop() {
      const ended = once(gateway, 'exit')
      gateway.kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}
