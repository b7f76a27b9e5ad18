/** The thread on which documents are typeset: a long annex must not hold up the server. */
import { parentPort } from 'node:worker_threads'
import { Failure } from '@mingzheng/kernel'
import type { PrintedDocument } from './printed-document.ts'
import { createTypesetter } from './typeset.ts'

export type TypesetAnswer = { id: number; pdf: Uint8Array } | { id: number; code: string; message: string }

const typesetter = createTypesetter()
parentPort?.on('message', ({ id, document }: { id: number; document: PrintedDocument }) => {
  parentPort?.postMessage(answer(id, document))
})

function answer(id: number, document: PrintedDocument): TypesetAnswer {
  try {
    return { id, pdf: typesetter.typeset(document) }
  } catch (cause) {
    const code = cause instanceof Failure ? cause.code : 'typeset-failed'
    return { id, code, message: cause instanceof Error ? cause.message : String(cause) }
  }
}
