/** The thread of `node.ts`: digests the shared slots in the order in which they are named. */
import { parentPort, workerData } from 'node:worker_threads'
import { createDigest } from '@mingzheng/kernel'

const memory = new Uint8Array(workerData as SharedArrayBuffer)
let sm3 = createDigest('sm3')

parentPort?.on('message', (message: { slot: number; from: number; to: number } | 'finish') => {
  if (message === 'finish') {
    parentPort?.postMessage({ sm3: new Uint8Array(sm3.digest()) })
    sm3 = createDigest('sm3')
    return
  }
  sm3.update(memory.subarray(message.from, message.to))
  parentPort?.postMessage({ free: message.slot })
})
