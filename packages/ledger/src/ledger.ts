/** Types first; the implementation follows. */
import type { Bytes, Clock, Signer } from '@mingzheng/kernel'
import type { TrustPolicy } from '@mingzheng/proof'
import type { Authorise, Contract } from './contract/contract.ts'
import type { LedgerClient } from './ledger-client.ts'

/** The keys of a node. `gateway` signs transactions and is the actor; the others sign checkpoints. */
export interface LedgerKeys {
  /** Ed25519; the organisation's key on the ledger. */
  readonly gateway: Signer
  /** Ed25519; the log's key, named for the origin. */
  readonly log: Signer
  /** SM2; the SM3 tree's log key. */
  readonly sm2Log: Signer
  /** Ed25519; this member's cosigner key of the policy. */
  readonly member: Signer
  /** SM2; this member's SM2 key of the policy. */
  readonly sm2Member: Signer
}

export interface LedgerOptions {
  /** Made when absent; one process at a time. */
  readonly folder: string
  /** `<name>/<province>/<8 hex>`; also the chain that transactions name. */
  readonly origin: string
  readonly keys: LedgerKeys
  /** Pinned at genesis: the folder refuses another log key. */
  readonly policy: TrustPolicy
  readonly contracts: readonly Contract[]
  readonly authorise: Authorise
  readonly clock: Clock
  /** Another log's last checkpoint, to be this log's first entry. Only at genesis. */
  readonly previousCheckpoint?: { readonly sha256: string; readonly sm3: string }
}

export interface Ledger extends LedgerClient {
  readonly origin: string
  readonly policy: TrustPolicy
  /** Last checkpoint file, tile or bundle of a C2SP tlog-tiles path, relative to the origin's prefix; `null` when there is none. */
  readonly logFolder: string
}

/** What `serveLog` answers: mount it under the log's prefix. */
export interface ServedFile {
  readonly status: 200
  readonly headers: { readonly [name: string]: string }
  readonly body: Bytes
}

export type ServeLog = (path: string, acceptEncoding?: string) => ServedFile | null

export function openLedger(_options: LedgerOptions): Promise<Ledger> {
  throw new Error('being built')
}

export function serveLog(_ledger: Ledger): ServeLog {
  throw new Error('being built')
}
