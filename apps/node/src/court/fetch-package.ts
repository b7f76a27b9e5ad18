/**
 * The package of a certificate, from whichever custodian gives it first: asked for on the ledger, sealed to this court, opened
 * into a file of the court's own.
 */
import { open, rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type CustodianMember,
  type CustodyEvent,
  custodianOverHttp,
  givenParts,
  readCustodyEvent,
} from '@mingzheng/evidence/contract'
import { type Bytes, concat, equalBytes, Failure, randomBytes, toHex, utf8 } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import { type BoxKey, openStream, readSealing } from '@mingzheng/proof'

type Handed = Extract<CustodyEvent, { kind: 'custody.hand' }>
type Given = Extract<CustodyEvent, { kind: 'custody.give' }>

export interface FetchOptions {
  ledger: LedgerClient
  box: BoxKey
  custodians(): readonly CustodianMember[]
  /** How long one custodian may take to give, milliseconds. Default 30,000. */
  patienceMs?: number
}

export interface FetchedPackage {
  readonly custodian: CustodianMember
  readonly edition: number
  /** Ledger index of the court's wish: the trace that this was asked for. */
  readonly wishIndex: number
}

/** Why a custodian's copy could not be had. */
export interface FetchProblem {
  readonly custodian: string
  readonly code: string
}

/**
 * Writes the package to `path`. `handed` are the hand-overs of this number on the court's own log; the newest edition is
 * tried first. Answers `null` with the reasons when nobody gives it.
 */
export async function fetchPackage(
  options: FetchOptions,
  handed: readonly Handed[],
  path: string,
  signal: AbortSignal,
): Promise<{ fetched: FetchedPackage | null; problems: FetchProblem[] }> {
  const problems: FetchProblem[] = []
  const newestFirst = handed.toSorted((a, b) => b.body.e - a.body.e || b.index - a.index)
  for (const hand of newestFirst) {
    const custodian = options.custodians().find(({ actor }) => equalBytes(actor, hand.body.k))
    if (custodian === undefined) {
      problems.push({ custodian: toHex(hand.body.k), code: 'custodian-unknown' })
      continue
    }
    try {
      const wish = await ask(options, hand, signal)
      const given = await waitForGive(options, wish, signal)
      await receive(options, custodian, given, path, signal)
      return { fetched: { custodian, edition: hand.body.e, wishIndex: wish.index }, problems }
    } catch (error) {
      signal.throwIfAborted()
      await rm(path, { force: true })
      problems.push({ custodian: custodian.id, code: error instanceof Failure ? error.code : 'failed' })
    }
  }
  return { fetched: null, problems }
}

interface Wish {
  readonly id: Bytes
  readonly index: number
}

async function ask({ ledger, box }: FetchOptions, hand: Handed, signal: AbortSignal): Promise<Wish> {
  const id = randomBytes(16)
  const args = { h: hand.body.h, b: box.publicKey }
  const [standing] = await ledger.submit([{ id, contract: 'custody', method: 'ask', arguments: args }])
  if (standing?.kind === 'refused') throw new Failure('custody-refused', standing.refusal.detail)
  const ordered = await ledger.wait(id, 'witnessed', { signal })
  if (ordered.kind !== 'witnessed') throw new Failure('custody-refused', 'the wish did not come onto the ledger')
  return { id, index: ordered.index }
}

async function waitForGive(
  { ledger, patienceMs = 30_000 }: FetchOptions,
  wish: Wish,
  signal: AbortSignal,
): Promise<Given> {
  const end = performance.now() + patienceMs
  for (let next = wish.index; performance.now() < end; ) {
    const entries = await ledger.entries(next, 256)
    for (const entry of entries) {
      const event = readCustodyEvent(entry)
      if (event?.kind === 'custody.give' && equalBytes(event.body.w, wish.id)) return event
    }
    next += entries.length
    if (entries.length === 0) await pause(200, undefined, { signal })
  }
  throw new Failure('custodian-unreachable', 'the custodian has not given it in time')
}

async function receive(
  { box, patienceMs = 30_000 }: FetchOptions,
  custodian: CustodianMember,
  given: Given,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const node = custodianOverHttp(custodian.url)
  const wish = toHex(given.body.w)
  const end = performance.now() + patienceMs
  const get = async (from: number): Promise<Bytes> => {
    for (;;) {
      try {
        return await node.given(wish, from, signal)
      } catch (error) {
        // This court may read the log sooner than the custodian, whose own entry it is.
        const early = error instanceof Failure && (error.code === 'custody-not-now' || error.code === 'custody-unknown')
        if (!early || performance.now() > end) throw error
        await pause(200, undefined, { signal })
      }
    }
  }
  const parts = givenParts({ parts: given.body.z, root: given.body.r }, get)
  const header = (await parts.next()).value as Bytes
  const sealing = await readSealing(header, box.privateKey, concat(utf8('given\0'), given.body.w))
  const file = await open(path, 'w', 0o600)
  try {
    for await (const piece of openStream(sealing, parts)) await file.writeFile(piece)
  } finally {
    await file.close()
  }
}
