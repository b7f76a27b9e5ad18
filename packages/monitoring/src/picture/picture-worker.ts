/** The thread side of `openPictureReader`. */
import { parentPort } from 'node:worker_threads'
import { Failure } from '@mingzheng/kernel'
import { logoShapes, pictureShapes } from './likeness.ts'

export interface PictureWork {
  readonly number: number
  readonly kind: 'picture' | 'logo'
  readonly bytes: Uint8Array
}

parentPort?.on('message', ({ number, kind, bytes }: PictureWork) => {
  try {
    const shapes = kind === 'logo' ? logoShapes(bytes) : pictureShapes(bytes)
    parentPort?.postMessage({ number, shapes })
  } catch (error) {
    const [code, detail] =
      error instanceof Failure ? [error.code, error.message] : ['picture-damaged', 'the picture is broken']
    parentPort?.postMessage({ number, code, detail })
  }
})
