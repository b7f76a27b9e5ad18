/** An S3 service with object lock that keeps its promises: versitygw, over files in a folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { freePort } from '../postgres/postgres-address.ts'

const KEY = 'key'
const SECRET = 'a long secret'

/** What the service itself says of an object, past all of our code. */
export interface LockedVersion {
  key: string
  versionId: string
  /** Milliseconds. */
  until: number | null
  mode: string | null
  held: boolean
}

export interface ObjectLockService {
  endpoint: string
  client(): S3Client
  /** Makes a bucket with object lock. */
  newBucket(): Promise<string>
  /** `BLOBS_URL` of a bucket. */
  urlOf(bucket: string): string
  /** Every version of every object whose key begins so, by key. */
  versionsOf(bucket: string, prefix: string): Promise<LockedVersion[]>
  /** Tries to destroy a version and to shorten its lock, with the platform's own keys; answers how each was refused. */
  attack(bucket: string, version: LockedVersion): Promise<string[]>
  stop(): Promise<void>
}

/** `program`: path of versitygw, for tests that say `needs('versitygw')`. */
export async function startObjectLockService(program: string): Promise<ObjectLockService> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'mz-s3-'))
  for (const name of ['root', 'versions']) await mkdir(join(folder, name))
  const address = `127.0.0.1:${port}`
  const args = ['--port', address, 'posix', '--versioning-dir', join(folder, 'versions'), join(folder, 'root')]
  const gateway = spawn(program, args, {
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
    async versionsOf(bucket, prefix) {
      const asking = client()
      const { Versions = [] } = await asking.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }))
      const found = await Promise.all(
        Versions.map(async ({ Key: key = '', VersionId: versionId = '' }) => {
          const at = { Bucket: bucket, Key: key }
          // What lies on nothing is answered with an error.
          const retention = await asking.send(new GetObjectRetentionCommand(at)).catch(() => null)
          const hold = await asking.send(new GetObjectLegalHoldCommand(at)).catch(() => null)
          const until = retention?.Retention?.RetainUntilDate?.getTime() ?? null
          const held = hold?.LegalHold?.Status === 'ON'
          return { key, versionId, until, mode: retention?.Retention?.Mode ?? null, held }
        }),
      )
      asking.destroy()
      return found.sort((a, b) => (a.key < b.key ? -1 : 1))
    },
    async attack(bucket, { key, versionId }) {
      const attacking = client()
      const at = { Bucket: bucket, Key: key, VersionId: versionId, BypassGovernanceRetention: true }
      const Retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date(Date.now() + 60_000) }
      const told = (error: { name?: string }) => error.name ?? 'unnamed'
      const refusals = [
        await attacking.send(new DeleteObjectCommand(at)).then(() => 'done', told),
        await attacking.send(new PutObjectRetentionCommand({ ...at, Retention })).then(() => 'done', told),
      ]
      attacking.destroy()
      return refusals
    },
    async stop() {
      const ended = once(gateway, 'exit')
      gateway.kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}
