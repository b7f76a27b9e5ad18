/** The thread on which documents are typeset: a long annex must not hold up the server. */
import { parentPort } from 'node:worker_threads'
import { Failure } from '@mingzheng/kernel'
import { type CertificateFields, checkCertificateText } from '@mingzheng/proof'
import type { PrintedDocument } from './printed-document.ts'
import { createTypesetter } from './typeset.ts'

export interface TypesetQuestion {
  id: number
  document: PrintedDocument
  /** The facts that the document must print, for a certificate. */
  facts?: CertificateFields
}
export type TypesetAnswer = { id: number; pdf: Uint8Array } | { id: number; code: string; message: string }

const typesetter = createTypesetter()
parentPort?.on('message', (question: TypesetQuestion) => {
  parentPort?.postMessage(answer(question))
})

function answer({ id, document, facts }: TypesetQuestion): TypesetAnswer {
  try {
    const pdf = typesetter.typeset(document)
    if (facts !== undefined) requireFacts(pdf, facts)
    return { id, pdf }
  } catch (cause) {
    const code = cause instanceof Failure ? cause.code : 'typeset-failed'
    return { id, code, message: cause instanceof Error ? cause.message : String(cause) }
  }
}

/** Reads the print as a verifier will: no certificate is signed that would be refused for its text. */
function requireFacts(pdf: Uint8Array, facts: CertificateFields): void {
  const { status, code, reason } = checkCertificateText(pdf, facts)
  if (status !== 'passed') throw new Failure('typeset-differs', `${code}: ${reason.en}`)
}
