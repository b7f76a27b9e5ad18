/** Thread that writes whole files, so that no disk and no busy event loop holds up the other. Started by `openDiskFiles`. */
import { closeSync, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort } from 'node:worker_threads'

/** A file to be written. */
export interface StoreRequest {
  readonly id: number
  readonly path: string
  readonly bytes: Uint8Array
  readonly durable: boolean
}

/** How it went; `code` is the operating system's. */
export interface StoreAnswer {
  readonly id: number
  readonly failure?: { readonly code: string; readonly message: string }
}

parentPort?.on('message', ({ id, path, bytes, durable }: StoreRequest) => {
  parentPort?.postMessage({ id, ...attempt(path, bytes, durable) } satisfies StoreAnswer)
})

function attempt(path: string, bytes: Uint8Array, durable: boolean): Omit<StoreAnswer, 'id'> {
  try {
    const file = open(path)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      if (durable) fdatasyncSync(file)
    } finally {
      closeSync(file)
    }
    return {}
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string }
    return { failure: { code, message } }
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'w')
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    return openSync(path, 'w')
  }
}
