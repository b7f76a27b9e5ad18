/** A typesetter on a thread of its own. Documents are typeset one after another, in the order in which they came. */
import { Worker } from 'node:worker_threads'
import { type Bytes, Failure } from '@mingzheng/kernel'
import type { TypesetAnswer, TypesetQuestion } from './typeset-worker.ts'

export interface TypesetThread {
  /**
   * Throws `typeset-failed`, also when the thread is lost (the next call starts another), and `typeset-differs` when a
   * certificate does not print its facts.
   */
  typeset(question: Omit<TypesetQuestion, 'id'>): Promise<Bytes>
  close(): Promise<void>
}

interface Waiting {
  resolve(pdf: Bytes): void
  reject(cause: Failure): void
}

/** The thread starts with the first document and does not keep the process alive. */
export function openTypesetThread(): TypesetThread {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | null = null
  let last = 0

  const lose = (why: string) => {
    worker = null
    for (const { reject } of waiting.values()) reject(new Failure('typeset-failed', `the typesetter was lost: ${why}`))
    waiting.clear()
  }
  const start = () => {
    const started = new Worker(new URL('./typeset-worker.ts', import.meta.url))
    started.on('message', (answer: TypesetAnswer) => {
      const one = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) started.unref()
      if ('pdf' in answer) one?.resolve(answer.pdf)
      else one?.reject(new Failure(answer.code, answer.message))
    })
    started.on('error', (cause) => worker === started && lose(String(cause)))
    started.on('exit', (code) => worker === started && lose(`it ended with ${code}`))
    return started
  }

  return {
    typeset(question) {
      worker ??= start()
      const thread = worker
      const id = ++last
      thread.ref()
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        thread.postMessage({ ...question, id })
      })
    },
    async close() {
      const ended = worker
      lose('it was closed')
      await ended?.terminate()
    },
  }
}
