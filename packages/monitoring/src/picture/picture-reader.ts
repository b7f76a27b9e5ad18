/**
 * Reads pictures on one thread of its own, one after the other: a picture takes some ten milliseconds, which the thread that fetches and
 * examines has not. A picture that takes too long costs its thread, and no other picture.
 */
import { Worker } from 'node:worker_threads'
import { Failure } from '@mingzheng/kernel'
import type { PictureCode } from './decode-picture.ts'
import type { PictureShape } from './likeness.ts'
import type { PictureWork } from './picture-worker.ts'
import type { ShapeHash } from './shape-hash.ts'

export interface PictureReader {
  /** What stands in a picture. Fails with a `PictureCode`. */
  shapes(bytes: Uint8Array): Promise<PictureShape[]>
  /** What a logo is known by; empty for one that is too plain. Fails with a `PictureCode`. */
  logo(bytes: Uint8Array): Promise<ShapeHash[]>
  close(): Promise<void>
}

const PATIENCE_MS = 10_000
/** Heap of the thread; the pixels of a picture lie beside it, bounded by their number. */
const MEMORY_MB = 384

interface Waiting {
  readonly kind: PictureWork['kind']
  readonly bytes: Uint8Array
  done(shapes: PictureShape[]): void
  fail(error: Failure): void
}
type Answer = { number: number; shapes: PictureShape[] } | { number: number; code: PictureCode; detail: string }

/** The thread starts with the first picture, and keeps no process alive. `patience`: milliseconds for one picture. */
export function openPictureReader(patience = PATIENCE_MS): PictureReader {
  const waiting: Waiting[] = []
  let worker: Worker | null = null
  let current: Waiting | null = null
  let timer: NodeJS.Timeout | undefined
  let number = 0
  let closed = false

  const settle = (act: (one: Waiting) => void) => {
    clearTimeout(timer)
    const one = current
    current = null
    worker?.unref()
    if (one !== null) act(one)
    next()
  }
  const lose = (code: PictureCode, detail: string) => {
    void worker?.terminate()
    worker = null
    settle((one) => one.fail(new Failure<PictureCode>(code, detail, { field: 'picture' })))
  }

  function open(): Worker {
    const opened = new Worker(new URL('./picture-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    })
    opened.on('message', (answer: Answer) => {
      if (worker !== opened || answer.number !== number) return
      settle((one) => {
        if ('shapes' in answer) one.done(answer.shapes)
        else one.fail(new Failure<PictureCode>(answer.code, answer.detail, { field: 'picture' }))
      })
    })
    opened.on('error', () => {
      if (worker === opened) lose('picture-damaged', 'the picture could not be read')
    })
    return opened
  }

  function next(): void {
    if (current !== null) return
    const one = waiting.shift()
    if (one === undefined) return
    current = one
    number++
    worker ??= open()
    worker.ref()
    timer = setTimeout(() => lose('picture-slow', `reading the picture took more than ${patience} ms`), patience)
    worker.postMessage({ number, kind: one.kind, bytes: one.bytes } satisfies PictureWork)
  }

  const ask = (kind: PictureWork['kind'], bytes: Uint8Array) =>
    new Promise<PictureShape[]>((done, fail) => {
      if (closed) return fail(new Failure('stopping', 'pictures are read no more'))
      waiting.push({ kind, bytes, done, fail })
      next()
    })
  return {
    shapes: (bytes) => ask('picture', bytes),
    logo: (bytes) => ask('logo', bytes),
    async close() {
      closed = true
      clearTimeout(timer)
      const gone = new Failure('stopping', 'pictures are read no more')
      for (const one of [...(current === null ? [] : [current]), ...waiting.splice(0)]) one.fail(gone)
      current = null
      await worker?.terminate()
      worker = null
    },
  }
}
