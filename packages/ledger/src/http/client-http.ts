/**
 * A ledger reached over HTTP: the platform's way to its organisation's own node. Believes the node about what is accepted and
 * ordered, as one believes a part of oneself; what leaves the house are receipts, which anybody checks.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { type Bytes, type CborValue, concat, decodeCbor, encodeCbor, Failure } from '@mingzheng/kernel'
import { type Profile, parsePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'
import { LEDGER_FAILURE_CODES, type LedgerFailureCode, ledgerFailure } from '../failure-codes.ts'
import type { GovernanceOverview } from '../governance/overview.ts'
import type {
  LedgerClientStatus,
  LedgerItem,
  LoggedEntry,
  MemberHoldings,
  ReachableLedger,
  Receipt,
  Standing,
  WaitOptions,
} from '../ledger-client.ts'
import type { ServedFile } from '../log/serve.ts'
import { copyItem, encodeItem, listHead } from '../transaction.ts'
import {
  type Answers,
  answered,
  type Call,
  failed,
  LONGEST_BODY,
  LONGEST_WAIT_MS,
  POLICY_HEADER,
  toCbor,
} from './wire.ts'

export interface HttpLedgerOptions {
  /** Of the node's private part, without a slash at the end. */
  readonly url: string
  /** Of the node's home. */
  readonly token: string
  /** The node must keep this log; its policy is asked of it and follows its changes. */
  readonly origin: string
  /** One question may take so long, milliseconds. Default 30,000. */
  readonly timeoutMs?: number
  /** A node that is away at the opening is waited for so long, milliseconds. Default 30,000. */
  readonly patienceMs?: number
  /** Called with each policy that came into force after the opening, once the ledger's own `policy` is it. */
  readonly onPolicy?: (policy: TrustPolicy) => void
}

export interface HttpLedger extends ReachableLedger {
  /** What every member holds at a size; `null`: now. */
  members(size: number | null): Promise<MemberHoldings[]>
  /** What the consortium is deciding; `null` where nothing was decided yet. */
  governance(): Promise<GovernanceOverview | null>
}

const RETRY_MS = 250

/** Opens the way to a node. Throws `ledger-unreachable`, `ledger-refuses-token`, `ledger-other-genesis`. */
export async function openLedgerOverHttp(options: HttpLedgerOptions): Promise<HttpLedger> {
  const caller = new Caller(options)
  const until = performance.now() + (options.patienceMs ?? 30_000)
  for (;;) {
    try {
      const policy = await policyOf(caller, options)
      return new LedgerOverHttp(caller, policy, options)
    } catch (error) {
      const away = error instanceof Failure && error.code === 'ledger-unreachable'
      if (!away || performance.now() > until) throw error
      await pause(RETRY_MS)
    }
  }
}

async function policyOf(caller: Caller, { url, origin }: HttpLedgerOptions): Promise<TrustPolicy> {
  const policy = parsePolicy(new Uint8Array(await caller.ask('policy', {})))
  if (policy.origin === origin) return policy
  throw ledgerFailure('ledger-other-genesis', `the node at ${url} keeps the ledger ${policy.origin}`)
}

class LedgerOverHttp implements HttpLedger {
  readonly #caller: Caller
  readonly #options: HttpLedgerOptions
  #policy: TrustPolicy
  #known: string
  #asking: Promise<void> | null = null

  constructor(caller: Caller, policy: TrustPolicy, options: HttpLedgerOptions) {
    this.#caller = caller
    this.#options = options
    this.#policy = policy
    this.#known = policyId(policy)
    caller.onPolicy = (id) => this.#follow(id)
  }

  /** An answer was given under another policy: it is asked for before the answer goes on to whoever waits for it. */
  async #follow(id: string): Promise<void> {
    if (id === this.#known) return
    this.#asking ??= policyOf(this.#caller, this.#options)
      .then((policy) => {
        if (policyId(policy) === this.#known) return
        this.#policy = policy
        this.#known = policyId(policy)
        this.#options.onPolicy?.(policy)
      })
      .finally(() => {
        this.#asking = null
      })
    await this.#asking
  }

  get policy(): TrustPolicy {
    return this.#policy
  }

  readonly serve = (path: string, acceptEncoding?: string): Promise<ServedFile | null> =>
    this.#caller.file(path, acceptEncoding)

  async submit(given: readonly LedgerItem[]): Promise<Standing[]> {
    // Refused here as in process: what cannot be encoded never leaves.
    const items = given.map((item) => encodeItem(copyItem(item)))
    const standings: Standing[] = []
    for (const some of pieces(items)) standings.push(...(await this.#caller.send('submit', submitBody(some))))
    return standings
  }

  standing(id: Bytes): Promise<Standing | null> {
    return this.#caller.ask('standing', { id })
  }

  async wait(id: Bytes, kind: 'ordered' | 'witnessed', options: WaitOptions = {}): Promise<Standing> {
    const { signal, timeoutMs = 30_000 } = options
    const until = performance.now() + timeoutMs
    for (;;) {
      const ms = Math.max(0, Math.min(LONGEST_WAIT_MS, Math.round(until - performance.now())))
      try {
        const standing = await this.#caller.ask('wait', { id, kind, ms }, signal)
        if (standing !== null) return standing
      } catch (error) {
        // A node that is being started again takes up what it accepted.
        const away = error instanceof Failure && (error.code === 'ledger-unreachable' || error.code === 'ledger-closed')
        if (!away || this.#caller.closed) throw error
        await pause(Math.min(RETRY_MS, Math.max(0, until - performance.now())), undefined, { signal })
      }
      if (performance.now() >= until) throw ledgerFailure('ledger-wait-timeout', `not ${kind} after ${timeoutMs} ms`)
    }
  }

  receipt(by: { readonly id: Bytes } | { readonly index: number }): Promise<Receipt> {
    return this.#caller.ask('receipt', 'id' in by ? { id: by.id } : { index: by.index })
  }

  async lookup(
    by: { readonly index: number } | { readonly commitment: Bytes } | { readonly number: Bytes },
  ): Promise<LoggedEntry[]> {
    if ('index' in by && !(Number.isSafeInteger(by.index) && by.index >= 0)) return []
    return this.#caller.ask('lookup', { ...by })
  }

  checkpoint(profile: Profile): Promise<string> {
    return this.#caller.ask('checkpoint', { profile })
  }

  async entries(from: number, count: number): Promise<LoggedEntry[]> {
    if (!Number.isSafeInteger(from) || from < 0 || !(count > 0)) return []
    const found: LoggedEntry[] = []
    while (found.length < count) {
      const want = Math.min(1024, count - found.length)
      const some = await this.#caller.ask('entries', { from: from + found.length, count: want })
      found.push(...some)
      if (some.length < want) break
    }
    return found
  }

  status(): Promise<LedgerClientStatus> {
    return this.#caller.ask('status', {})
  }

  members(size: number | null): Promise<MemberHoldings[]> {
    return this.#caller.ask('members', { size })
  }

  governance(): Promise<GovernanceOverview | null> {
    return this.#caller.ask('governance', {})
  }

  async close(): Promise<void> {
    this.#caller.close()
  }
}

/** Calls of at most a few megabytes; the order is kept. */
function* pieces(items: readonly Bytes[]): Generator<readonly Bytes[]> {
  let some: Bytes[] = []
  let size = 0
  for (const item of items) {
    if (some.length > 0 && (some.length === 1024 || size + item.length > LONGEST_BODY / 4)) {
      yield some
      some = []
      size = 0
    }
    some.push(item)
    size += item.length
  }
  if (some.length > 0) yield some
}

/** `{items: [...]}` of items that are encoded already. */
function submitBody(items: readonly Bytes[]): Bytes {
  return concat(Uint8Array.of(0xa1), encodeCbor('items'), listHead(items.length), ...items)
}

class Caller {
  readonly #options: HttpLedgerOptions
  readonly #closing = new AbortController()
  /** Told of the policy under which each answer was given, except the answer that is a policy. */
  onPolicy: ((id: string) => Promise<void>) | null = null

  constructor(options: HttpLedgerOptions) {
    this.#options = options
  }

  get closed(): boolean {
    return this.#closing.signal.aborted
  }

  close(): void {
    this.#closing.abort(ledgerFailure('ledger-closed', 'the ledger was closed'))
  }

  ask<C extends Call>(call: C, question: unknown, signal?: AbortSignal): Promise<Answers[C]> {
    return this.send(call, encodeCbor(toCbor(question)), signal)
  }

  /** A question that is encoded already. */
  async send<C extends Call>(call: C, question: Bytes, signal?: AbortSignal): Promise<Answers[C]> {
    const response = await this.#fetch(`/ledger/${call}`, signal, {
      method: 'POST',
      headers: { 'content-type': 'application/cbor' },
      body: question as Uint8Array<ArrayBuffer>,
    })
    const value = await this.#read(response)
    const policy = response.headers.get(POLICY_HEADER)
    if (policy !== null && call !== 'policy') await this.onPolicy?.(policy)
    if (response.ok) {
      const parsed = answered[call].safeParse(value)
      if (parsed.success) return parsed.data as Answers[C]
      throw ledgerFailure('ledger-unreachable', `the node's answer to ${call} is not as the format says`)
    }
    const told = failed.safeParse(value)
    if (response.status === 401 || response.status === 403) {
      throw ledgerFailure('ledger-refuses-token', 'the node refuses the token', {
        remedy: "give the platform the token file of the node's home",
      })
    }
    if (!told.success) throw ledgerFailure('ledger-unreachable', `the node answers with status ${response.status}`)
    const { code, message, field, remedy } = told.data
    const known = (LEDGER_FAILURE_CODES as readonly string[]).includes(code)
    const ours = known ? (code as LedgerFailureCode) : 'storage-fault'
    throw ledgerFailure(ours, message, {
      ...(field === undefined ? {} : { field }),
      ...(remedy === undefined ? {} : { remedy }),
    })
  }

  async file(path: string, acceptEncoding?: string): Promise<ServedFile | null> {
    const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': 'identity' }
    const response = await this.#fetch(`/log/${path}`, undefined, { headers })
    if (!response.ok) return null
    const kept = ['content-type', 'cache-control']
    const entries = kept.flatMap((name) => {
      const value = response.headers.get(name)
      return value === null ? [] : [[name, value] as const]
    })
    return { status: 200, headers: Object.fromEntries(entries), body: await response.bytes() }
  }

  async #fetch(path: string, signal: AbortSignal | undefined, init: RequestInit): Promise<Response> {
    const { url, token, timeoutMs = 30_000 } = this.#options
    this.#closing.signal.throwIfAborted()
    signal?.throwIfAborted()
    const signals = [this.#closing.signal, AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]
    try {
      const headers = { ...init.headers, authorization: `Bearer ${token}` }
      return await fetch(url + path, { ...init, headers, signal: AbortSignal.any(signals), redirect: 'error' })
    } catch (cause) {
      this.#closing.signal.throwIfAborted()
      signal?.throwIfAborted()
      throw ledgerFailure('ledger-unreachable', `the node at ${url} does not answer`, {
        cause,
        remedy: 'see whether the node runs: ./mingzheng consortium status',
      })
    }
  }

  async #read(response: Response): Promise<CborValue> {
    try {
      return decodeCbor(new Uint8Array(await response.arrayBuffer()))
    } catch {
      return null
    }
  }
}
