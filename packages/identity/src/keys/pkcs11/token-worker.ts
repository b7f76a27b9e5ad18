/** The thread on which a token is asked: one that stands in a network takes its time. */
import { parentPort, workerData } from 'node:worker_threads'
import { Failure } from '@mingzheng/kernel'
import { Token, type TokenOptions } from './token.ts'
import type { TokenAnswer, TokenQuestion } from './token-thread.ts'

let token: Token | null = null

parentPort?.on('message', (question: TokenQuestion) => {
  parentPort?.postMessage(answer(question))
})

function answer(question: TokenQuestion): TokenAnswer {
  const { id } = question
  try {
    token ??= new Token(workerData as TokenOptions)
    switch (question.kind) {
      case 'open':
        return { id, value: null }
      case 'public-key':
        return { id, value: token.publicKey(question.name) }
      case 'generate':
        token.generate(question.name, question.algorithm)
        return { id, value: null }
      case 'sign':
        return { id, value: token.sign(question.name, question.algorithm, question.message) }
      case 'names':
        return { id, value: token.names() }
    }
  } catch (cause) {
    startAgain(cause)
    if (cause instanceof Failure) return { id, code: cause.code, message: cause.message }
    return { id, code: 'pkcs11-failed', message: String(cause) }
  }
}

/** A call that failed half-way leaves the session busy, a token that was pulled out leaves it dead: the next one opens anew. */
function startAgain(cause: unknown): void {
  if (cause instanceof Failure && cause.code !== 'pkcs11-failed') return
  const spent = token
  token = null
  try {
    spent?.close()
  } catch {
    // It is given up in any case.
  }
}
