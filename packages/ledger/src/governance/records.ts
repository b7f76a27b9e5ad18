/** What the governance contract keeps in its state. docs/formats/governance-contract.md names every key. */
import { type Bytes, type CborValue, digest, equalBytes, fromHex, toHex } from '@mingzheng/kernel'
import { type ConsortiumPolicy, encodePolicy, type MemberRole, parsePolicy, policyId } from '@mingzheng/proof'
import type { ContractState } from '../contract/contract.ts'
import { assembleDocument, keepDocument, removeDocument } from '../contract/document-parts.ts'
import type { PolicyChange } from './policy-change.ts'

export interface Rules {
  /** From the vote that passes a proposal to its effect, milliseconds of ledger time. An emergency waits for nothing. */
  readonly delayMs: number
  /** A proposal that has not passed after so long expires, milliseconds of ledger time. */
  readonly windowMs: number
}

export type ProposalKind = PolicyChange | 'software' | 'contract'
export type ProposalState = 'open' | 'passed' | 'rejected' | 'withdrawn' | 'expired' | 'active' | 'stale' | 'not-ready'

export interface Proposal {
  readonly kind: ProposalKind
  /** Member that proposed. */
  readonly by: string
  /** Ledger time of the proposal. */
  readonly at: number
  readonly yes: readonly string[]
  readonly no: readonly string[]
  readonly state: ProposalState
  /** Ledger time from which it takes effect, once it passed. */
  readonly due: number | null
  /** Member that it is about. */
  readonly member: string | null
  /** Id of the proposed policy. */
  readonly policy: Bytes | null
  /** Consensus key that the member gets. */
  readonly consensusKey: Bytes | null
  /** Software version to run, or contract to upgrade. */
  readonly name: string | null
  /** Contract's version. */
  readonly version: number | null
  /** First height that shall run under it. */
  readonly height: number | null
}

export interface KeyHolder {
  readonly member: string
  readonly role: MemberRole
}

/** The contract's state in the words of this package. */
export class GovernanceRecords {
  readonly #state: Pick<ContractState, 'get'> & Partial<Pick<ContractState, 'set'>>

  constructor(state: Pick<ContractState, 'get'> & Partial<Pick<ContractState, 'set'>>) {
    this.#state = state
  }

  get rules(): Rules | null {
    const value = this.#get<{ d: number; w: number }>('rules')
    return value === undefined ? null : { delayMs: value.d, windowMs: value.w }
  }

  set rules({ delayMs, windowMs }: Rules) {
    this.#set('rules', { d: delayMs, w: windowMs })
  }

  /** Policies in force one after the other: id, and index of the entry that brought it (0: genesis). */
  get policies(): { id: Bytes; index: number }[] {
    return (this.#get<[Bytes, number][]>('policies') ?? []).map(([id, index]) => ({ id, index }))
  }

  /** The policy in force. */
  get policy(): ConsortiumPolicy {
    const last = this.policies.at(-1)
    const policy = last === undefined ? null : this.document(last.id)
    if (policy === null) throw new Error('no policy is in force')
    return policy
  }

  /** Puts a policy in force whose document is here. */
  enact(policy: ConsortiumPolicy, index: number): void {
    for (const { gatewayKey, id } of this.policies.length === 0 ? [] : this.policy.members) {
      this.#set(`gateway/${actorHex(gatewayKey!)}`, undefined)
      this.#set(`member/${id}`, undefined)
    }
    for (const { gatewayKey, id, role } of policy.members) {
      this.#set(`gateway/${actorHex(gatewayKey!)}`, { m: id, r: role })
      this.#set(`member/${id}`, role)
    }
    const past = this.policies.map((one): CborValue[] => [one.id, one.index])
    this.#set('policies', [...past, [fromHex(policyId(policy)), index]])
  }

  /** The member whose gateway key this actor is. */
  holder(actorId: Bytes): KeyHolder | null {
    const value = this.#get<{ m: string; r: MemberRole }>(`gateway/${toHex(actorId)}`)
    return value === undefined ? null : { member: value.m, role: value.r }
  }

  roleOf(member: string): MemberRole | null {
    return this.#get<MemberRole>(`member/${member}`) ?? null
  }

  consensusKey(member: string): Bytes | null {
    return this.#get<Bytes>(`validator/${member}`) ?? null
  }

  setConsensusKey(member: string, key: Bytes | null): void {
    this.#set(`validator/${member}`, key ?? undefined)
  }

  /** A policy that was proposed or in force, by its id, or `null`. */
  document(id: Bytes): ConsortiumPolicy | null {
    const policy = assembleDocument((key) => this.#get(key), `document/${toHex(id)}`, id)
    return policy === null ? null : parseConsortium(policy)
  }

  addDocument(policy: ConsortiumPolicy): void {
    keepDocument((key, value) => this.#set(key, value), encodePolicy(policy))
  }

  /** Keeps a part of a document that a member is about to propose: each its own, so that none can spoil another's. */
  stage(member: string, id: Bytes, i: number, bytes: Bytes): void {
    this.#set(`staged/${member}/${toHex(id)}/${i}`, bytes)
  }

  /** The document that a member staged, which is staged no longer; `null` when parts are missing or it is no policy. */
  takeStaged(member: string, id: Bytes): ConsortiumPolicy | null {
    const prefix = `staged/${member}/${toHex(id)}`
    const get = (key: string) => this.#get<CborValue>(key)
    const bytes = assembleDocument(get, prefix, id)
    const policy = bytes === null ? null : parseConsortium(bytes)
    if (policy === null) return null
    removeDocument(get, (key, value) => this.#set(key, value), prefix)
    return policy
  }

  /** What a member said that it runs: contract name to the versions installed. */
  announced(member: string): { software: string; contracts: { [name: string]: number[] } } | null {
    const value = this.#get<{ s: string; c: { [name: string]: number[] } }>(`announced/${member}`)
    return value === undefined ? null : { software: value.s, contracts: value.c }
  }

  announce(member: string, software: string, contracts: { readonly [name: string]: readonly number[] }): void {
    const lists = Object.fromEntries(Object.entries(contracts).map(([name, versions]) => [name, [...versions]]))
    this.#set(`announced/${member}`, { s: software, c: lists })
  }

  /** Software version that the members voted for last. */
  get software(): string | null {
    return this.#get<string>('software') ?? null
  }

  set software(version: string) {
    this.#set('software', version)
  }

  proposal(id: Bytes): Proposal | null {
    return this.#get<{ [key in keyof Proposal]: Proposal[key] }>(`proposal/${toHex(id)}`) ?? null
  }

  setProposal(id: Bytes, proposal: Proposal): void {
    this.#set(`proposal/${toHex(id)}`, { ...proposal, yes: [...proposal.yes], no: [...proposal.no] })
    const waits = proposal.state === 'open' || proposal.state === 'passed'
    const others = this.waiting.filter((one) => !equalBytes(one, id))
    this.#set('waiting', waits ? [...others, id] : others)
  }

  /** Proposals that are open or wait for their effect, in the order of their last change. */
  get waiting(): Bytes[] {
    return this.#get<Bytes[]>('waiting') ?? []
  }

  /** A key of an organisation that is no member, enrolled by one. */
  enrolled(actorId: Bytes): { member: string; grants: string[] } | null {
    const value = this.#get<{ m: string; g: string[] }>(`key/${toHex(actorId)}`)
    return value === undefined ? null : { member: value.m, grants: value.g }
  }

  enrol(actorId: Bytes, enrolment: { member: string; grants: readonly string[] } | null): void {
    const value = enrolment === null ? undefined : { m: enrolment.member, g: [...enrolment.grants] }
    this.#set(`key/${toHex(actorId)}`, value)
  }

  /** Index of the entry that recorded this evidence. */
  equivocation(evidence: Bytes): number | null {
    return this.#get<number>(`equivocation/${toHex(evidence)}`) ?? null
  }

  setEquivocation(evidence: Bytes, index: number): void {
    this.#set(`equivocation/${toHex(evidence)}`, index)
  }

  /** Index of the entry that recorded a voter's misbehaviour at a height. */
  misbehaviour(address: Bytes, height: number): number | null {
    return this.#get<number>(`misbehaviour/${toHex(address)}/${height}`) ?? null
  }

  setMisbehaviour(address: Bytes, height: number, index: number): void {
    this.#set(`misbehaviour/${toHex(address)}/${height}`, index)
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

function parseConsortium(bytes: Bytes): ConsortiumPolicy | null {
  try {
    const policy = parsePolicy(bytes)
    return policy.version === 2 ? policy : null
  } catch {
    return null
  }
}

function actorHex(gatewayKey: string): string {
  return toHex(digest('sha256', fromHex(gatewayKey)).slice(0, 16))
}
