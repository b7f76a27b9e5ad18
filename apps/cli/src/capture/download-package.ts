import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { addressOf } from '@mingzheng/api'
import { Failure } from '@mingzheng/kernel'
import type { ServerAccess } from '../instance/with-server.ts'

/** Writes the package of a number to a file; the file appears whole or not at all. */
export function downloadPackage(access: ServerAccess, number: string, file: string): Promise<void> {
  return download(access, addressOf('evidence.package', { params: { number } }), file)
}

/** The same for a capture that is not fixed yet. */
export function downloadUnfixed(access: ServerAccess, captureId: string, file: string): Promise<void> {
  return download(access, addressOf('captures.unfixed', { params: { id: captureId } }), file)
}

async function download({ instance, headers }: ServerAccess, address: string, file: string): Promise<void> {
  const response = await fetch(instance.url + address, { headers })
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
