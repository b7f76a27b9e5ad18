/**
 * What a contract is: a deterministic module that turns signed calls into log entries and state. It sees ledger time and
 * its own state, and nothing else: no clock, no randomness, no floating point, no I/O. docs/formats/transaction.md.
 */
import type { Bytes, CborValue, PublicKey, Refusal } from '@mingzheng/kernel'
import type { z } from 'zod'
import type { Misbehaviour, VoterChange } from '../engine/engine.ts'

/** Arguments of a call: ledger data, no floats. An `undefined` one is absent. */
export interface Arguments {
  readonly [name: string]: CborValue | undefined
}

/** A contract's own keys. Keys are text of 1 to 200 characters; reads see the writes of the same block. */
export interface ContractState {
  get(key: string): CborValue | undefined
  /** Writes a value; `undefined` removes the key. */
  set(key: string, value: CborValue | undefined): void
}

/** What a method may know of its surroundings; the same on every member. */
export interface CallContext {
  /** Ledger time, milliseconds: stated by the proposer, never before that of an earlier entry. */
  readonly time: number
  /** The organisation's key that signed the transaction. */
  readonly actor: PublicKey
  /** First 16 bytes of SHA-256 of that key, as in the entry. */
  readonly actorId: Bytes
  /** Id of the item, 16 bytes. */
  readonly id: Bytes
  /** Index that the entry will have. */
  readonly index: number
  /** State of another contract as it stands now: who is a member, for instance. */
  readonly read: (contract: string, key: string) => CborValue | undefined
}

/** The entry of an item. In `body` the fields `c` and `s` (commitments) and `n` (number digest) of 32 bytes can be looked up. */
export interface ContractAnswer {
  readonly entry: { readonly kind: string; readonly body: { readonly [key: string]: CborValue | undefined } }
}

/** One method. `apply` either answers with the entry or refuses; a refusal leaves no trace in state or log. */
export interface ContractMethod<Schema extends z.ZodType<Arguments> = z.ZodType<Arguments>> {
  readonly schema: Schema
  /** Asked of `authorise`, such as `evidence.fix`. */
  readonly permission: string
  apply(state: ContractState, args: z.output<Schema>, context: CallContext): ContractAnswer | Refusal
}

/** What a contract may know of a block that ends; the same on every member. */
export interface TurnContext {
  /** Ledger time of the block, milliseconds. */
  readonly time: number
  readonly height: number
  /** Index that the next entry will have. */
  readonly index: number
  /** Voters whom the block proves to be dishonest. */
  readonly misbehaviour: readonly Misbehaviour[]
}

/** What fell due at the end of a block. */
export interface TurnAnswer {
  readonly entries: readonly ContractAnswer['entry'][]
  /** Whose consensus keys vote otherwise from now on. */
  readonly voters?: readonly VoterChange[]
  /** Contract versions that the next block shall run; each leaves an entry `ledger.upgrade` that says whether it does. */
  readonly activate?: readonly { readonly contract: string; readonly version: number }[]
}

export interface Contract {
  /** Lower case, such as `evidence`; also the namespace of its state. */
  readonly name: string
  /** Whole number; a change of meaning is a new version. Several versions may be installed, one is active. */
  readonly version: number
  readonly methods: { readonly [method: string]: ContractMethod }
  /** Called at the end of every block with what fell due by time or height; a throw leaves no trace. */
  readonly turn?: (state: ContractState, context: TurnContext) => TurnAnswer
  /**
   * The self-check of a version that is to become active, on the state that the one before left; it may rewrite that state.
   * A refusal or a throw keeps the version before active and the state as it was.
   */
  readonly takeOver?: (state: ContractState, context: TurnContext & { readonly from: number | null }) => Refusal | null
}

/** What `authorise` decides upon. Deterministic: it may read state (of any contract) and nothing else. */
export interface AuthorisationRequest {
  readonly actor: PublicKey
  readonly actorId: Bytes
  readonly contract: string
  readonly method: string
  readonly permission: string
  readonly time: number
  readonly read: (contract: string, key: string) => CborValue | undefined
}

/** Whether the organisation may; implemented by `identity`. */
export type Authorise = (request: AuthorisationRequest) => boolean

/** A method whose arguments are typed by its schema. */
export function contractMethod<Schema extends z.ZodType<Arguments>>(method: ContractMethod<Schema>): ContractMethod {
  return method as unknown as ContractMethod
}
