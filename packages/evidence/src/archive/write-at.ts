import type { FileHandle } from 'node:fs/promises'
import type { Bytes } from '@mingzheng/kernel'

/** Writes all of `bytes` at a position: one call of the system may write less than it was given. */
export async function writeAt(file: FileHandle, bytes: Bytes, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten
  }
}
