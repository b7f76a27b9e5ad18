/** The calling side of the thread that writes files. Keeps the process alive only while something is being written. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Bytes } from '@mingzheng/kernel'
import type { StoreAnswer, StoreRequest } from './store-worker.ts'

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class StoreThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 0
  #failure: unknown = null

  constructor() {
    this.#worker = new Worker(new URL('./store-worker.ts', import.meta.url))
    this.#worker.unref()
    this.#worker.on('message', ({ id, failure }: StoreAnswer) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) this.#worker.unref()
      if (failure === undefined) waiting?.resolve()
      else waiting?.reject(Object.assign(new Error(failure.message), { code: failure.code }))
    })
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('the thread that writes files has ended')))
  }

  store(path: string, bytes: Bytes, durable: boolean): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const id = this.#next++
      if (this.#waiting.size === 0) this.#worker.ref()
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, path, bytes, durable } satisfies StoreRequest)
    })
  }

  /** Ends the thread; what is being written is given up. */
  async close(): Promise<void> {
    const ended = this.#failure === null ? once(this.#worker, 'exit') : null
    await this.#worker.terminate()
    await ended
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
