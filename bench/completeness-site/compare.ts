/** Holds an archive against what the site knows that it sent and received. */
import type { ArchivedExchange } from '@mingzheng/evidence'
import { type Sent, sha256 } from './sent.ts'

export interface Completeness {
  answers: { sent: number; kept: number }
  bodies: { received: number; kept: number }
  messages: { exchanged: number; kept: number }
  refusals: { expected: number; kept: number }
  /** What is missing, one line each. */
  missing: string[]
}

export function compareWithSent(
  sent: Sent,
  archive: readonly ArchivedExchange[],
  refused: readonly string[],
): Completeness {
  const missing: string[] = []
  const left = archive
    .filter((exchange) => exchange.status !== null)
    .map((exchange) => ({ ...exchange, sha256: sha256(exchange.payload) }))
  const take = (url: string, fits: (exchange: (typeof left)[number]) => boolean): boolean => {
    const index = left.findIndex((exchange) => exchange.url.split('#')[0] === url && fits(exchange))
    if (index >= 0) left.splice(index, 1)
    return index >= 0
  }
  let answers = 0
  for (const answer of sent.answers) {
    const same = (exchange: (typeof left)[number]) =>
      exchange.method === answer.method &&
      exchange.status === answer.status &&
      // Browsers throw the payload of a redirect away: then the record must say so.
      (exchange.sha256 === answer.sha256 || (answer.kind === 'redirect' && exchange.truncated !== null)) &&
      (answer.kind !== 'cut-off' || exchange.truncated !== null)
    if (take(answer.url, same)) answers++
    else missing.push(`answer ${answer.method} ${answer.url} ${answer.status} ${answer.bytes} bytes (${answer.kind})`)
  }
  const bodies = sent.bodies.filter((body) => {
    const kept = archive.some(
      (each) =>
        each.url.split('#')[0] === body.url && each.method === body.method && sha256(each.requestBody) === body.sha256,
    )
    if (!kept) missing.push(`request body ${body.method} ${body.url} ${body.bytes} bytes`)
    return kept
  })
  const frames = archive
    .filter((each) => each.url.startsWith('ws:'))
    .flatMap((each) => each.facts.trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as { kind: string; direction?: string; text?: string; base64?: string })
    .filter((line) => line.kind === 'frame')
    .map((line) => `${line.direction === 'sent' ? 'to-server' : 'to-browser'} ${line.text ?? line.base64}`)
  const messages = sent.messages.filter((message) => {
    const index = frames.indexOf(`${message.direction} ${message.data}`)
    if (index >= 0) frames.splice(index, 1)
    else missing.push(`WebSocket message ${message.direction} ${message.data}`)
    return index >= 0
  })
  const refusals = refused.filter((part) => {
    const kept = archive.some(
      (each) => each.url.includes(part) && each.status === null && each.facts.includes('net::ERR'),
    )
    if (!kept) missing.push(`refusal of ${part}`)
    return kept
  })
  return {
    answers: { sent: sent.answers.length, kept: answers },
    bodies: { received: sent.bodies.length, kept: bodies.length },
    messages: { exchanged: sent.messages.length, kept: messages.length },
    refusals: { expected: refused.length, kept: refusals.length },
    missing,
  }
}
