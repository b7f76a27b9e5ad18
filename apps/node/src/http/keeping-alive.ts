/**
 * Short messages to the other members over connections that stay open, within bounds of time and length. Several of them go with every
 * block: `fetch` takes some three times as much of a processor for each.
 */
import { Agent, type IncomingMessage, request } from 'node:http'
import { Agent as SecureAgent, request as secureRequest } from 'node:https'
import type { Bytes } from '@mingzheng/kernel'

interface Asked {
  readonly timeoutMs: number
  /** No answer is longer, bytes. */
  readonly longest: number
  /** JSON that is posted; absent: it is got. */
  readonly posted?: Bytes
}

interface Answer {
  readonly status: number
  readonly body: Bytes
}

const OPTIONS = { keepAlive: true, maxSockets: 4, maxFreeSockets: 2 }
const agent = new Agent(OPTIONS)
const secureAgent = new SecureAgent(OPTIONS)

/** Throws when there is no answer in time, or a longer one. Follows nobody elsewhere. */
export function ask(address: string, { timeoutMs, longest, posted }: Asked): Promise<Answer> {
  const url = new URL(address)
  const secure = url.protocol === 'https:'
  const headers = posted === undefined ? {} : { 'content-type': 'application/json', 'content-length': posted.length }
  const method = posted === undefined ? 'GET' : 'POST'
  return new Promise((resolve, reject) => {
    const asked = secure
      ? secureRequest(url, { agent: secureAgent, method, headers })
      : request(url, { agent, method, headers })
    const late = setTimeout(() => asked.destroy(new Error(`${address} does not answer`)), timeoutMs)
    asked.on('close', () => clearTimeout(late))
    asked.on('error', reject)
    asked.on('response', (answer) => read(answer, longest).then(resolve, reject))
    asked.end(posted)
  })
}

async function read(answer: IncomingMessage, longest: number): Promise<Answer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of answer as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > longest) {
      answer.destroy()
      throw new Error('an answer at too great a length')
    }
    pieces.push(piece)
  }
  return { status: answer.statusCode ?? 0, body: new Uint8Array(Buffer.concat(pieces)) }
}
