/** A file on disk as a source of random access. */
import { type FileHandle, open } from 'node:fs/promises'
import { Failure } from '@mingzheng/kernel'
import type { RandomAccess } from '@mingzheng/proof'

export interface FileSource extends RandomAccess {
  close(): Promise<void>
}

/** Opens a file for reading. Throws Node's own errors (`ENOENT`, `EACCES`). */
export async function openFileSource(path: string): Promise<FileSource> {
  const handle = await open(path, 'r')
  const { size } = await handle.stat()
  return {
    size,
    read: (offset, length, into) => readExactly(handle, offset, into ?? new Uint8Array(length)),
    close: () => handle.close(),
  }
}

async function readExactly(handle: FileHandle, offset: number, bytes: Uint8Array): Promise<Uint8Array> {
  for (let have = 0; have < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, have, bytes.length - have, offset + have)
    if (bytesRead === 0) throw new Failure('source-range', 'the file became shorter while it was read')
    have += bytesRead
  }
  return bytes
}
