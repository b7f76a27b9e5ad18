/** Captures: ask, list, watch, cancel. Addresses are checked before anything is promised. */
import type { CaptureEventView } from '@mingzheng/api'
import {
  type CaptureChange,
  type CaptureOrder,
  type CaptureRow,
  type CaptureService,
  checkAddress,
  type EvidenceTables,
  findCapture,
  findEvidence,
  insertCaptures,
  listCaptures,
} from '@mingzheng/evidence'
import { type Clock, isRefusal, type Refusal, refuse, toBase64, utcText } from '@mingzheng/kernel'
import type { Transaction } from 'kysely'
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { captureView } from '../views/evidence-view.ts'

type Names = 'captures.request' | 'captures.list' | 'captures.read' | 'captures.cancel' | 'captures.events'

export interface CaptureRouteParts {
  clock: Clock
  as<T>(person: Person, fn: (tx: Transaction<EvidenceTables>) => Promise<T>): Promise<T>
  captures: CaptureService
  /** Hands captures to the workers; durable when `tx` commits. */
  enqueue(tx: Transaction<EvidenceTables>, captures: readonly Pick<CaptureRow, 'id' | 'runs'>[]): Promise<void>
  /** Private destinations open to everybody here. */
  demoDestination(host: string, port: number): boolean
  /** An officer of the person's organisation. */
  findOfficer(person: Person, id: string): Promise<{ id: string; name: string; cardNumber: string | null } | null>
}

const missing = (): Refusal => refuse('not-found', 'there is no such capture, or it is not yours to see')

/** The addresses as a browser spells them, or why one of them is refused, with its place. */
export function checkAddresses(
  urls: readonly string[],
  allow: (host: string, port: number) => boolean,
): string[] | Refusal {
  const checked: string[] = []
  for (const [i, text] of urls.entries()) {
    const address = checkAddress(text, allow)
    if (isRefusal(address)) return { ...address, field: `urls[${i}]` }
    checked.push(address.url)
  }
  return checked
}

export function eventView(change: CaptureChange): CaptureEventView {
  switch (change.kind) {
    case 'job':
      return { kind: 'job', job: captureView(change.row) }
    case 'frame':
      return { kind: 'frame', jpeg: toBase64(change.jpeg), width: change.width, height: change.height }
    case 'log':
      return { kind: 'log', at: utcText(change.at), text: change.text }
  }
}

export async function orderOf(
  parts: Pick<CaptureRouteParts, 'findOfficer'>,
  person: Person,
  body: { cause: string; caseReference: string; witness: string; secondOfficer: string | null },
  extra: { recaptureOf: string | null; allowPrivate: boolean },
): Promise<CaptureOrder | Refusal> {
  const second = body.secondOfficer === null ? null : await parts.findOfficer(person, body.secondOfficer)
  if (body.secondOfficer !== null && second === null) {
    return refuse('not-found', 'there is no such officer', { field: 'secondOfficer' })
  }
  return {
    organisationId: person.organisationId,
    unit: person.unit,
    user: { id: person.userId, name: person.name, cardNumber: person.cardNumber },
    secondOfficer: second,
    cause: body.cause,
    caseReference: body.caseReference,
    witness: body.witness,
    ...extra,
  }
}

export function captureRoutes(parts: CaptureRouteParts): Handlers<Person, Names> {
  const find = (person: Person, id: string) => parts.as(person, (tx) => findCapture(tx, id))
  return {
    'captures.request': async ({ body, principal, request }) => {
      // Only the command line on this machine, which shows the instance's own token, may open private networks.
      const allowPrivate = request.headers['x-mingzheng-allow-private'] === '1' && request.isLocalCommand === true
      const urls = checkAddresses(body.urls, (host, port) => allowPrivate || parts.demoDestination(host, port))
      if (isRefusal(urls)) return urls
      const { recaptureOf } = body
      if (recaptureOf !== null && (await parts.as(principal, (tx) => findEvidence(tx, recaptureOf))) === null) {
        return refuse('not-found', 'the evidence to capture again is not there', { field: 'recaptureOf' })
      }
      const order = await orderOf(parts, principal, body, { recaptureOf, allowPrivate })
      if (isRefusal(order)) return order
      const groups = body.arrangement === 'together' ? [urls] : urls.map((url) => [url])
      const { batch, rows } = await parts.as(principal, async (tx) => {
        const made = await insertCaptures(tx, parts.clock, order, groups)
        await parts.enqueue(tx, made.rows)
        return made
      })
      return { batch, captures: rows.map(captureView) }
    },
    'captures.list': async ({ query, principal }) => ({
      captures: (await parts.as(principal, (tx) => listCaptures(tx, query))).map(captureView),
    }),
    'captures.read': async ({ params, principal }) => {
      const row = await find(principal, params.id)
      return row === null ? missing() : captureView(row)
    },
    'captures.cancel': async ({ params, principal }) => {
      if ((await find(principal, params.id)) === null) return missing()
      const row = await parts.captures.cancel(params.id)
      return row === null ? missing() : captureView(row)
    },
    'captures.events': async ({ params, principal }) => {
      if ((await find(principal, params.id)) === null) return missing()
      return async function* (signal) {
        for await (const change of parts.captures.watch(params.id, signal)) yield eventView(change)
      }
    },
  }
}
