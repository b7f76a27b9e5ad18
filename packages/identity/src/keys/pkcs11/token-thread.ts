/** Questions to a token on a thread of its own, answered one after another. */
import { Worker } from 'node:worker_threads'
import { type Bytes, Failure, type PublicKey } from '@mingzheng/kernel'
import type { TokenAlgorithm, TokenOptions } from './token.ts'

type Asked =
  | { kind: 'open' }
  | { kind: 'public-key'; name: string }
  | { kind: 'generate'; name: string; algorithm: TokenAlgorithm }
  | { kind: 'sign'; name: string; algorithm: TokenAlgorithm; message: Bytes }
  | { kind: 'names' }
export type TokenQuestion = Asked & { id: number }
export type TokenAnswer =
  | { id: number; value: null | PublicKey | Bytes | string[] }
  | { id: number; code: string; message: string }

export interface TokenThread {
  ask(question: Asked): Promise<null | PublicKey | Bytes | string[]>
  close(): Promise<void>
}

interface Waiting {
  resolve(value: null | PublicKey | Bytes | string[]): void
  reject(cause: Failure): void
}

export function openTokenThread(options: TokenOptions): TokenThread {
  const worker = new Worker(new URL('./token-worker.ts', import.meta.url), { workerData: options })
  const waiting = new Map<number, Waiting>()
  let last = 0
  let lost: string | null = null
  const lose = (why: string) => {
    lost ??= why
    for (const { reject } of waiting.values()) reject(new Failure('pkcs11-failed', `the token is lost: ${why}`))
    waiting.clear()
  }
  worker.on('message', (answer: TokenAnswer) => {
    const one = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) worker.unref()
    if ('value' in answer) one?.resolve(answer.value)
    else one?.reject(new Failure(answer.code, answer.message))
  })
  worker.on('error', (cause) => lose(String(cause)))
  worker.on('exit', () => lose('its thread ended'))
  worker.unref()
  return {
    ask(question) {
      if (lost !== null) return Promise.reject(new Failure('pkcs11-failed', `the token is lost: ${lost}`))
      const id = ++last
      worker.ref()
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        worker.postMessage({ ...question, id })
      })
    },
    async close() {
      lose('it was closed')
      await worker.terminate()
    },
  }
}
