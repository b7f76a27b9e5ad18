/**
 * Node side of `#parallel`: a worker thread computes SM3 while the calling one reads, computes SHA-256 and CRC-32. Chunks
 * pass through a few shared buffers, so memory stays constant; small members do not pay for the way.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { crc32 } from 'node:zlib'
import { type Bytes, createDigest } from '@mingzheng/kernel'
import { inlineEngine, type MemberDigests } from '../package/digests.ts'
import type { Parallel } from './parallel.ts'

const SLOT_BYTES = 1 << 20
/** Enough that neither thread waits where the other was not scheduled for a while. */
const SLOTS = 24
/** Streams shorter than this are digested faster where they are. */
const WORTH_BYTES = 256 << 10

class Sm3Thread {
  private readonly memory = new Uint8Array(new SharedArrayBuffer(SLOT_BYTES * SLOTS))
  private readonly worker: Worker
  private readonly free: number[] = Array.from({ length: SLOTS }, (_, slot) => slot)
  private waiting: { resolve: (slot: number) => void; reject: (cause: unknown) => void } | null = null
  private finishing: { resolve: (sm3: Bytes) => void; reject: (cause: unknown) => void } | null = null
  private failure: unknown = null

  constructor() {
    this.worker = new Worker(new URL('./sm3-worker.ts', import.meta.url), { workerData: this.memory.buffer })
    this.worker.unref()
    this.worker.on('message', (message: { free: number } | { sm3: Bytes }) => {
      if ('sm3' in message) this.finishing?.resolve(message.sm3)
      else if (this.waiting === null) this.free.push(message.free)
      else {
        this.waiting.resolve(message.free)
        this.waiting = null
      }
    })
    this.worker.on('error', (cause) => {
      this.failure = cause
      this.waiting?.reject(cause)
      this.finishing?.reject(cause)
    })
  }

  async update(chunk: Bytes): Promise<void> {
    for (let at = 0; at < chunk.length; at += SLOT_BYTES) {
      const slot = await this.slot()
      const part = chunk.subarray(at, at + SLOT_BYTES)
      this.memory.set(part, slot * SLOT_BYTES)
      this.worker.postMessage({ slot, from: slot * SLOT_BYTES, to: slot * SLOT_BYTES + part.length })
    }
  }

  async finish(): Promise<Bytes> {
    if (this.failure !== null) throw this.failure
    const { promise, resolve, reject } = Promise.withResolvers<Bytes>()
    this.finishing = { resolve, reject }
    this.worker.postMessage('finish')
    return promise
  }

  /** Forgets what a stream that broke off has sent. */
  async reset(): Promise<void> {
    if (this.failure === null) await this.finish()
  }

  async close(): Promise<void> {
    const ended = once(this.worker, 'exit')
    await this.worker.terminate()
    await ended.catch(() => {})
  }

  private async slot(): Promise<number> {
    if (this.failure !== null) throw this.failure
    const slot = this.free.pop()
    if (slot !== undefined) return slot
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.waiting = { resolve, reject }
    return promise
  }
}

export const parallel: Parallel = {
  openEngine() {
    let thread: Sm3Thread | null = null
    let last: Promise<unknown> = Promise.resolve()
    return {
      async digest(chunks) {
        const iterator = chunks[Symbol.asyncIterator]()
        const head: Bytes[] = []
        let bytes = 0
        let done = false
        while (!done && bytes < WORTH_BYTES) {
          const { value, done: ended } = await iterator.next()
          done = ended === true
          if (value === undefined) continue
          // The source may reuse its buffer after the next step.
          head.push(new Uint8Array(value))
          bytes += value.length
        }
        if (done) return inlineEngine.digest(each(head))
        thread ??= new Sm3Thread()
        const only = thread
        // The thread digests one stream at a time; a second one waits its turn.
        const turn = last.then(() => digestLong(head, { [Symbol.asyncIterator]: () => iterator }, only))
        last = turn.catch(() => {})
        return turn
      },
      async close() {
        await thread?.close()
        thread = null
      },
    }
  },
}

async function* each(chunks: Bytes[]): AsyncGenerator<Bytes> {
  yield* chunks
}

async function digestLong(head: Bytes[], rest: AsyncIterable<Bytes>, thread: Sm3Thread): Promise<MemberDigests> {
  const sha256 = createDigest('sha256')
  let crc = 0
  let bytes = 0
  const take = async (chunk: Bytes) => {
    await thread.update(chunk)
    sha256.update(chunk)
    crc = crc32(chunk, crc)
    bytes += chunk.length
  }
  try {
    for (const chunk of head) await take(chunk)
    for await (const chunk of rest) await take(chunk)
  } catch (cause) {
    await thread.reset()
    throw cause
  }
  return { bytes, crc32: crc, sha256: sha256.digest(), sm3: await thread.finish() }
}
