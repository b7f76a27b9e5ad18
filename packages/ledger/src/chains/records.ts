/** What the contract `chains` keeps in its state: other ledgers, as this one knows them. docs/formats/chains-contract.md names every key. */
import { type Bytes, type CborValue, digest, equalBytes, fromHex, toHex, utf8 } from '@mingzheng/kernel'
import { type ConsortiumPolicy, encodePolicy, parsePolicy, policyId } from '@mingzheng/proof'
import type { ContractState } from '../contract/contract.ts'
import { assembleDocument, keepDocument, removeDocument } from '../contract/document-parts.ts'

/** A checkpoint of another ledger that its policy believed, as it stands here. */
export interface RecordedCheckpoint {
  readonly size: number
  readonly sha256: Bytes
  readonly sm3: Bytes
  /** Index of the entry here that records it. */
  readonly index: number
  /** Ledger time here, milliseconds. */
  readonly time: number
}

/** A policy of another ledger that was in force there. */
export interface FollowedPolicy {
  readonly id: Bytes
  /** Index of the entry of the other ledger that brought it; `null` for the one that was registered. */
  readonly since: number | null
  /** Index of the entry here by which it was taken over. */
  readonly index: number
}

export interface ChainRecord {
  readonly origin: string
  /** `equivocated`: enough of its members for its quorum signed two logs. `retired`: the members here voted to follow it no more. */
  readonly state: 'followed' | 'equivocated' | 'retired'
  /** Oldest first; at least one. */
  readonly policies: readonly FollowedPolicy[]
  /** How many of its checkpoints stand here. */
  readonly checkpoints: number
  /** Newest of these that binds it; `null` before the first. */
  readonly last: RecordedCheckpoint | null
  /** Indices here of evidence against it or its members, the newest last. */
  readonly equivocations: readonly number[]
}

export interface ChainProposal {
  readonly kind: 'register' | 'retire'
  readonly origin: string
  /** Id of the policy to register. */
  readonly policy: Bytes | null
  /** Member that proposed, and ledger time of it. */
  readonly by: string
  readonly at: number
  readonly yes: readonly string[]
  readonly no: readonly string[]
  readonly state: 'open' | 'passed' | 'rejected'
}

/** More evidence than this is no news. */
const MOST_EQUIVOCATIONS = 64

type State = Pick<ContractState, 'get'> & Partial<Pick<ContractState, 'set'>>
type StoredCheckpoint = [size: number, sha256: Bytes, sm3: Bytes, index: number, time: number]
interface StoredChain {
  readonly [field: string]: CborValue | undefined
  readonly s: ChainRecord['state']
  readonly p: [Bytes, number | null, number][]
  readonly z: number
  readonly l: StoredCheckpoint | null
  readonly e: number[]
}

/** Where a chain's records stand. */
export function chainKey(origin: string): string {
  return toHex(digest('sha256', utf8(origin)))
}

/** The contract's state in the words of this package. */
export class ChainRecords {
  readonly #state: State

  constructor(state: State) {
    this.#state = state
  }

  /** Origins of all that were ever registered, in that order. */
  get origins(): string[] {
    return this.#get<string[]>('chains') ?? []
  }

  chain(origin: string): ChainRecord | null {
    const stored = this.#get<StoredChain>(`chain/${chainKey(origin)}`)
    if (stored === undefined) return null
    const { s, p, z, l, e } = stored
    const policies = p.map(([id, since, index]) => ({ id, since, index }))
    return { origin, state: s, policies, checkpoints: z, last: l === null ? null : read(l), equivocations: e }
  }

  setChain({ origin, state, policies, checkpoints, last, equivocations }: ChainRecord): void {
    if (!this.origins.includes(origin)) this.#set('chains', [...this.origins, origin])
    this.#set(`chain/${chainKey(origin)}`, {
      s: state,
      p: policies.map(({ id, since, index }): CborValue[] => [id, since, index]),
      z: checkpoints,
      l: last === null ? null : write(last),
      e: equivocations.slice(-MOST_EQUIVOCATIONS),
    })
  }

  /** The policy in force at another ledger, as far as it was followed. */
  policyOf({ policies }: ChainRecord): ConsortiumPolicy {
    const policy = this.document(policies.at(-1)!.id)
    if (policy === null) throw new Error('a registered policy is not here')
    return policy
  }

  /** Its nth recorded checkpoint, from 0; later ones are larger unless it was registered anew. */
  checkpoint(origin: string, n: number): RecordedCheckpoint | null {
    const stored = this.#get<StoredCheckpoint>(`checkpoint/${chainKey(origin)}/${n}`)
    return stored === undefined ? null : read(stored)
  }

  addCheckpoint(chain: ChainRecord, checkpoint: RecordedCheckpoint): void {
    this.#set(`checkpoint/${chainKey(chain.origin)}/${chain.checkpoints}`, write(checkpoint))
    this.setChain({ ...chain, checkpoints: chain.checkpoints + 1, last: checkpoint })
  }

  /** The first recorded checkpoint that includes the entry at `index` of the other ledger; `null` while there is none. */
  covering(origin: string, index: number): RecordedCheckpoint | null {
    const count = this.chain(origin)?.checkpoints ?? 0
    let low = 0
    let high = count
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.checkpoint(origin, middle)!.size > index) high = middle
      else low = middle + 1
    }
    return low < count ? this.checkpoint(origin, low) : null
  }

  document(id: Bytes): ConsortiumPolicy | null {
    const bytes = assembleDocument((key) => this.#get(key), `document/${toHex(id)}`, id)
    return bytes === null ? null : readConsortium(bytes)
  }

  addDocument(policy: ConsortiumPolicy): void {
    keepDocument((key, value) => this.#set(key, value), encodePolicy(policy))
  }

  /** Keeps a part of what a member is about to propose or prove: each its own, so that none can spoil another's. */
  stage(member: string, id: Bytes, i: number, bytes: Bytes): void {
    this.#set(`staged/${member}/${toHex(id)}/${i}`, bytes)
  }

  /** What a member staged, whole, and staged no longer; `null` while parts are missing. */
  takeStaged(member: string, id: Bytes): Bytes | null {
    const prefix = `staged/${member}/${toHex(id)}`
    const get = (key: string) => this.#get<CborValue>(key)
    const bytes = assembleDocument(get, prefix, id)
    if (bytes !== null) removeDocument(get, (key, value) => this.#set(key, value), prefix)
    return bytes
  }

  proposal(id: Bytes): ChainProposal | null {
    return this.#get<{ [key in keyof ChainProposal]: ChainProposal[key] }>(`proposal/${toHex(id)}`) ?? null
  }

  setProposal(id: Bytes, proposal: ChainProposal): void {
    this.#set(`proposal/${toHex(id)}`, { ...proposal, yes: [...proposal.yes], no: [...proposal.no] })
    const others = this.waiting.filter((one) => !equalBytes(one, id))
    this.#set('waiting', proposal.state === 'open' ? [...others, id] : others)
  }

  /** Takes an open proposal off the list whose time is over. */
  forget(id: Bytes): void {
    this.#set(
      'waiting',
      this.waiting.filter((one) => !equalBytes(one, id)),
    )
  }

  /** Open proposals. */
  get waiting(): Bytes[] {
    return this.#get<Bytes[]>('waiting') ?? []
  }

  /** Index of the entry that recorded this lie. */
  lie(lie: Bytes): number | null {
    return this.#get<number>(`lie/${toHex(lie)}`) ?? null
  }

  setLie(lie: Bytes, index: number): void {
    this.#set(`lie/${toHex(lie)}`, index)
  }

  // What stands here was written by this class: its shape is known.
  #get<T>(key: string): T | undefined {
    return this.#state.get(key) as T | undefined
  }

  #set(key: string, value: CborValue | undefined): void {
    if (this.#state.set === undefined) throw new Error('this state is for reading only')
    this.#state.set(key, value)
  }
}

/** A policy of version 2, or `null`. */
export function readConsortium(bytes: Bytes): ConsortiumPolicy | null {
  try {
    const policy = parsePolicy(bytes)
    return policy.version === 2 ? policy : null
  } catch {
    return null
  }
}

/** A policy's id as bytes. */
export function idOf(policy: ConsortiumPolicy): Bytes {
  return fromHex(policyId(policy))
}

function read([size, sha256, sm3, index, time]: StoredCheckpoint): RecordedCheckpoint {
  return { size, sha256, sm3, index, time }
}

function write({ size, sha256, sm3, index, time }: RecordedCheckpoint): StoredCheckpoint {
  return [size, sha256, sm3, index, time]
}
