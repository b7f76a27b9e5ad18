/** The thread side of `compareApart`: decoding two tall pictures takes seconds, which the server's own thread has not. */
import { parentPort, workerData } from 'node:worker_threads'
import { comparePictures, compareTexts } from './compare.ts'

export interface CompareWork {
  texts: [string, string]
  /** Null where there are not two pictures. */
  pictures: [Uint8Array, Uint8Array] | null
}

const { texts, pictures } = workerData as CompareWork
const text = compareTexts(...texts)
const picture = pictures === null ? null : await comparePictures(...pictures)
parentPort?.postMessage({ text, picture })
