/** Locks and holds of blobs in S3: the bucket's own where it has object lock, else small objects that bind this program only. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { checkKey } from './blob-store.ts'
import { namedS3Error } from './s3-error.ts'

export interface S3Locks {
  /** Whether the bucket refuses to destroy what is locked or held, whoever asks. */
  readonly enforced: boolean
  /** Milliseconds; null where there is none. */
  until(key: string): Promise<number | null>
  lock(key: string, untilMs: number): Promise<void>
  isHeld(key: string): Promise<boolean>
  setHold(key: string, held: boolean): Promise<void>
  /** After the blob is removed. */
  forget(key: string): Promise<void>
}

/** Where our objects stand: `at` gives a blob's place, `root` is ours with its slash. */
export interface S3Place {
  client: S3Client
  bucket: string
  root: string
  at(key: string): { Bucket: string; Key: string }
}

export async function openS3Locks(place: S3Place): Promise<S3Locks> {
  const { client, bucket } = place
  return (await hasObjectLock(client, bucket)) ? bucketLocks(place) : ownLocks(place)
}

function bucketLocks({ client, at }: S3Place): S3Locks {
  /** Nothing lies there, or nothing lies on it; whatever else goes wrong must not read as "not locked". */
  const none = (key: string) => (error: { name?: string }) => {
    if (error.name === 'NoSuchObjectLockConfiguration') return null
    const named = namedS3Error(error, key)
    if (named.code === 'blob-missing') return null
    throw named
  }
  const failed = (key: string) => (error: unknown) => {
    throw namedS3Error(error, key)
  }
  return {
    enforced: true,
    async until(key) {
      const found = await client.send(new GetObjectRetentionCommand(at(key))).catch(none(key))
      return found?.Retention?.RetainUntilDate?.getTime() ?? null
    },
    async lock(key, untilMs) {
      const Retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date(untilMs) }
      await client.send(new PutObjectRetentionCommand({ ...at(key), Retention })).catch(failed(key))
    },
    async isHeld(key) {
      const found = await client.send(new GetObjectLegalHoldCommand(at(key))).catch(none(key))
      return found?.LegalHold?.Status === 'ON'
    },
    async setHold(key, held) {
      const LegalHold = { Status: held ? ('ON' as const) : ('OFF' as const) }
      await client.send(new PutObjectLegalHoldCommand({ ...at(key), LegalHold })).catch(failed(key))
    },
    forget: async () => undefined,
  }
}

function ownLocks({ client, bucket, root }: S3Place): S3Locks {
  const noteAt = (kind: 'locks' | 'holds', key: string) => ({ Bucket: bucket, Key: `${root}${kind}/${checkKey(key)}` })
  async function write(kind: 'locks' | 'holds', key: string, text: string): Promise<void> {
    await client.send(new PutObjectCommand({ ...noteAt(kind, key), Body: text })).catch((error: unknown) => {
      throw namedS3Error(error, key)
    })
  }
  async function read(kind: 'locks' | 'holds', key: string): Promise<string | null> {
    try {
      const { Body } = await client.send(new GetObjectCommand(noteAt(kind, key)))
      return (await Body?.transformToString()) ?? ''
    } catch (error) {
      const named = namedS3Error(error, key)
      if (named.code === 'blob-missing') return null
      throw named
    }
  }
  const drop = (kind: 'locks' | 'holds', key: string) => client.send(new DeleteObjectCommand(noteAt(kind, key)))
  return {
    enforced: false,
    async until(key) {
      const text = (await read('locks', key)) ?? ''
      return /^\d+$/.test(text) ? Number(text) : null
    },
    lock: (key, untilMs) => write('locks', key, String(untilMs)),
    isHeld: async (key) => (await read('holds', key)) !== null,
    async setHold(key, held) {
      if (held) return write('holds', key, 'held')
      await drop('holds', key).catch((error: unknown) => {
        throw namedS3Error(error, key)
      })
    },
    forget: async (key) => void (await drop('locks', key)),
  }
}

/** Whether the bucket was made with object lock; a server that does not know the question has none. */
async function hasObjectLock(client: S3Client, bucket: string): Promise<boolean> {
  try {
    const answer = await client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
    return answer.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled'
  } catch {
    return false
  }
}
