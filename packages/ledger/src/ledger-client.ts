/** How the platform reaches a ledger. Two implementations: in process (`openLedger`), and over HTTP to a member's node. */
import type { Bytes, CborValue, Refusal } from '@mingzheng/kernel'
import type { Profile, TrustPolicy } from '@mingzheng/proof'
import type { Arguments } from './contract/contract.ts'
import type { ItemRefusalCode, StallCode } from './failure-codes.ts'
import type { ServedFile, ServeLog } from './log/serve.ts'
import type { CosignatureExchange } from './witness/exchange.ts'
import type { WitnessPeer } from './witness/peer-link.ts'

/** One thing to be put on the ledger; it becomes one entry with one receipt. */
export interface LedgerItem {
  /** 16 bytes chosen by the caller, random or from a ULID. The same id twice is one effect. */
  readonly id: Bytes
  readonly contract: string
  readonly method: string
  readonly arguments: Arguments
}

/**
 * How far an item is. `accepted`: durable here. `ordered`: it has an index. `witnessed`: the trust policy's quorum signed a
 * checkpoint of `size` that includes it, in both trees; only this is called fixed. `refused`: it left no trace.
 */
export type Standing =
  | { readonly kind: 'accepted'; readonly id: Bytes }
  | { readonly kind: 'ordered'; readonly id: Bytes; readonly index: number; readonly time: number }
  | {
      readonly kind: 'witnessed'
      readonly id: Bytes
      readonly index: number
      readonly time: number
      readonly size: number
    }
  | { readonly kind: 'refused'; readonly id: Bytes; readonly refusal: Refusal<ItemRefusalCode> }

/** What proves an item: its entry and one C2SP tlog-proof for each tree. Verifies offline against the trust policy. */
export interface Receipt {
  readonly index: number
  /** Ledger time, milliseconds. */
  readonly time: number
  /** Canonical bytes: `proof/entry.cbor`. */
  readonly entry: Bytes
  /** `proof/receipt.tlog-proof`. */
  readonly proof: string
  /** `proof/receipt-sm3.tlog-proof`. */
  readonly proofSm3: string
}

export interface LoggedEntry {
  readonly index: number
  readonly entry: Bytes
}

export interface MemberStatus {
  readonly id: string
  /** Size of the newest checkpoint that the member signed, in both trees. */
  readonly witnessedSize: number
  /** When it says that it signed; `null` before the first. */
  readonly witnessedAt: number | null
}

export interface LedgerClientStatus {
  readonly origin: string
  /** Entries in the log. */
  readonly size: number
  /** Entries under the newest witnessed checkpoint. */
  readonly witnessedSize: number
  readonly root: Bytes
  readonly rootSm3: Bytes
  /** Ledger time of the last block; `null` before the first. */
  readonly lastTime: number | null
  /** Items accepted and not yet witnessed. */
  readonly waiting: number
  readonly members: readonly MemberStatus[]
  readonly state: 'ready' | 'stalled'
  /** Set while stalled. */
  readonly reason?: { readonly code: StallCode; readonly detail: string }
}

export interface WaitOptions {
  readonly signal?: AbortSignal
  /** Default 30,000. */
  readonly timeoutMs?: number
}

/** A ledger as its user sees it. Safe for concurrent use. After `close` every call throws `ledger-closed`. */
export interface LedgerClient {
  /**
   * Resolves when every item is durable here, or refused by name; in the order of `items`. An item that is there already
   * gets its present standing. Throws `storage-full`, `storage-read-only`, `storage-fault` or `ledger-busy` when nothing
   * was accepted (a fault can leave it durable all the same: send the same ids again).
   */
  submit(items: readonly LedgerItem[]): Promise<Standing[]>
  /** Where the item stands now; `null` when this ledger never accepted it. */
  standing(id: Bytes): Promise<Standing | null>
  /** Resolves when the item is so far, or further. Throws `ledger-not-found`, `ledger-wait-timeout`, `ledger-item-refused`, or the signal's reason. */
  wait(id: Bytes, kind: 'ordered' | 'witnessed', options?: WaitOptions): Promise<Standing>
  /** Receipt under the newest witnessed checkpoint. Throws `ledger-not-found` when there is none yet. */
  receipt(by: { readonly id: Bytes } | { readonly index: number }): Promise<Receipt>
  /** Entries by index, by either commitment, or by `numberDigest`; in the order of the log. */
  lookup(
    by: { readonly index: number } | { readonly commitment: Bytes } | { readonly number: Bytes },
  ): Promise<LoggedEntry[]>
  /** Signed checkpoint of a tree, with the lines that a receipt holds. Throws `ledger-not-found` before the first. */
  checkpoint(profile: Profile): Promise<string>
  /** Up to `count` witnessed entries from index `from`. */
  entries(from: number, count: number): Promise<LoggedEntry[]>
  status(): Promise<LedgerClientStatus>
  /** Finishes what is being written and closes; accepted items go on at the next start. Idempotent. */
  close(): Promise<void>
}

/** What one member holds, as it says itself, and whether that is what this node holds. */
export interface MemberHoldings {
  readonly id: string
  /** Whether its node answered. */
  readonly reached: boolean
  /** Of its last block. */
  readonly height: number | null
  readonly size: number | null
  readonly witnessedSize: number
  readonly witnessedAt: number | null
  /** `ready`, `behind`, `disagrees`, `quorum-lost`, another stall's code, or `unreached`. */
  readonly state: string
  /** The same in words, or empty. */
  readonly detail: string
  /** Its roots at the size that was asked for; `null` roots: it does not hold so many. */
  readonly at: {
    readonly size: number
    readonly roots: { readonly sha256: Bytes; readonly sm3: Bytes } | null
  } | null
  /** Whether these are this node's roots; `null`: it has none to compare. */
  readonly agrees: boolean | null
}

/** A ledger with its log, wherever it is. */
export interface ReachableLedger extends LedgerClient {
  readonly policy: TrustPolicy
  /** The log over HTTP (C2SP tlog-tiles), up to the newest witnessed checkpoint. */
  readonly serve: (path: string, acceptEncoding?: string) => ServedFile | null | Promise<ServedFile | null>
}

/** A ledger whose log is in this process. */
export interface Ledger extends ReachableLedger {
  readonly serve: ServeLog
}

/** A member's own ledger, as its node serves it to the other members. */
export interface MemberLedger extends Ledger {
  /** Of the last block; 0 before the first. */
  readonly height: number
  /** Where the other members' cosignatures go, and what answers them. */
  readonly exchange: Pick<CosignatureExchange, 'receive' | 'answer'>
  /** Heights of the snapshots that this member gives to others, the newest first. */
  readonly snapshotHeights: readonly number[]
  /** The other members from now on, with whom cosignatures are exchanged. */
  reach(peers: readonly WitnessPeer[]): void
  /** The roots of both trees at a size; `null` beyond the log. */
  rootsAt(size: number): { readonly sha256: Bytes; readonly sm3: Bytes } | null
  /** A contract's state as of the last block. */
  read(contract: string, key: string): CborValue | undefined
  /** A contract's keys that begin so, as of the last block, in order. */
  keys(contract: string, prefix: string): string[]
}
