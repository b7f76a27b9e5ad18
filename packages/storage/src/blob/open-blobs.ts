/** Opens the blob store that a deployment names. */
import { S3Client } from '@aws-sdk/client-s3'
import { type Clock, Failure } from '@mingzheng/kernel'
import type { BlobStore } from './blob-store.ts'
import { openFolderStore } from './folder-store.ts'
import { openS3Store } from './s3-store.ts'

/**
 * `s3://[KEY:SECRET@]BUCKET[/FOLDER][?endpoint=URL&region=NAME]`, or null for `folder`. Without a key the SDK's own
 * chain is asked (environment, instance role). An `endpoint` other than Amazon's is addressed by path.
 * Throws `configuration-wrong`.
 */
export async function openBlobs(options: { url: string | null; folder: string; clock: Clock }): Promise<BlobStore> {
  const { url, folder, clock } = options
  if (url === null) return openFolderStore({ folder, clock })
  const parsed = URL.parse(url)
  if (parsed === null || parsed.protocol !== 's3:' || parsed.hostname === '') {
    throw new Failure('configuration-wrong', 'not an address of a blob store', {
      field: 'BLOBS_URL',
      remedy: 'write s3://KEY:SECRET@BUCKET/FOLDER?endpoint=https://HOST&region=NAME',
    })
  }
  const endpoint = parsed.searchParams.get('endpoint')
  const credentials = {
    accessKeyId: decodeURIComponent(parsed.username),
    secretAccessKey: decodeURIComponent(parsed.password),
  }
  const client = new S3Client({
    region: parsed.searchParams.get('region') ?? 'us-east-1',
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials.accessKeyId === '' ? {} : { credentials }),
  })
  return openS3Store({ client, bucket: parsed.hostname, prefix: parsed.pathname.replace(/^\/+|\/+$/g, ''), clock })
}
