import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { addressOf } from '@mingzheng/api'
import { Failure } from '@mingzheng/kernel'
import type { ServerAccess } from '../instance/with-server.ts'

/** Writes a package to a file; the file appears whole or not at all. */
export async function downloadPackage(
  { instance, headers }: ServerAccess,
  number: string,
  file: string,
): Promise<void> {
  const response = await fetch(instance.url + addressOf('evidence.package', { params: { number } }), { headers })
  if (!response.ok || response.body === null) {
    throw new Failure('download-failed', `the package could not be downloaded: ${response.status}`)
  }
  const part = `${file}.part`
  try {
    await pipeline(response.body, createWriteStream(part, { flush: true }))
    await rename(part, file)
  } catch (cause) {
    await rm(part, { force: true })
    throw new Failure('file-unwritable', `${file} could not be written`, { field: '--out', cause })
  }
}
