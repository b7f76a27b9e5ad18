/** The server's side of a ledger over HTTP, without a server: whoever has one mounts it behind its own door check. */
import { type Bytes, decodeCbor, encodeCbor, Failure } from '@mingzheng/kernel'
import { encodePolicy } from '@mingzheng/proof'
import { ledgerFailure } from '../failure-codes.ts'
import type { GovernanceOverview } from '../governance/overview.ts'
import type { MemberHoldings, ReachableLedger } from '../ledger-client.ts'
import { type Answers, asked, CALLS, type Call, toCbor } from './wire.ts'

/** What is answered to one call. */
export interface LedgerAnswer {
  readonly status: number
  readonly body: Bytes
}

export interface AnsweredLedger {
  readonly ledger: ReachableLedger
  /** What every member holds at a size (`null`: now). */
  readonly members: (size: number | null) => Promise<MemberHoldings[]>
  /** What the consortium is deciding; `null` where nothing was decided yet. */
  readonly governance: () => GovernanceOverview | null
}

const STATUS: Readonly<Record<string, number>> = {
  'ledger-not-found': 404,
  'ledger-item-malformed': 400,
  'ledger-question-malformed': 400,
  'ledger-item-refused': 409,
  'ledger-busy': 429,
  'ledger-closed': 503,
  'storage-full': 503,
  'storage-read-only': 503,
  'storage-fault': 503,
}

/** Answers one call; never throws. A caller who goes away ends a wait by the signal. */
export async function answerCall(
  answered: AnsweredLedger,
  call: string,
  body: Bytes,
  signal?: AbortSignal,
): Promise<LedgerAnswer> {
  try {
    if (!CALLS.includes(call as Call)) throw ledgerFailure('ledger-question-malformed', `there is no call ${call}`)
    const answer = await answers[call as Call](answered, question(call as Call, body), signal)
    return { status: 200, body: encodeCbor(toCbor(answer)) }
  } catch (error) {
    const known = error instanceof Failure ? error : ledgerFailure('storage-fault', (error as Error).message)
    const { code, message, field, remedy } = known
    return { status: STATUS[code] ?? 500, body: encodeCbor(toCbor({ code, message, field, remedy })) }
  }
}

type Question<C extends Call> = ReturnType<(typeof asked)[C]['parse']>
type Answering = {
  [C in Call]: (answered: AnsweredLedger, question: Question<C>, signal: AbortSignal | undefined) => Promise<Answers[C]>
}

const answers: Answering & { [call: string]: (...args: never[]) => Promise<unknown> } = {
  submit: ({ ledger }, { items }) => ledger.submit(items),
  standing: ({ ledger }, { id }) => ledger.standing(id),
  wait: async ({ ledger }, { id, kind, ms }, signal) => {
    try {
      return await ledger.wait(id, kind, { timeoutMs: ms, ...(signal === undefined ? {} : { signal }) })
    } catch (error) {
      if (error instanceof Failure && error.code === 'ledger-wait-timeout') return null
      throw error
    }
  },
  receipt: ({ ledger }, by) => ledger.receipt(by),
  lookup: ({ ledger }, by) => ledger.lookup(by),
  checkpoint: ({ ledger }, { profile }) => ledger.checkpoint(profile),
  entries: ({ ledger }, { from, count }) => ledger.entries(from, count),
  status: ({ ledger }) => ledger.status(),
  policy: async ({ ledger }) => encodePolicy(ledger.policy),
  members: ({ members }, { size }) => members(size),
  governance: async ({ governance }) => governance(),
}

function question<C extends Call>(call: C, body: Bytes): never {
  try {
    return asked[call].parse(decodeCbor(body)) as never
  } catch (cause) {
    throw ledgerFailure('ledger-question-malformed', `${call}: the question is not as the format says`, { cause })
  }
}
