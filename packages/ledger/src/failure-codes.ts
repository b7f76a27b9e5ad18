/** Every code with which this package fails, refuses or stalls. Closed; docs/formats/transaction.md and log-storage.md name each. */
import { Failure, type FailureOptions } from '@mingzheng/kernel'

/** Thrown: an assumption is broken, or the machine cannot do it now. */
export const LEDGER_FAILURE_CODES = [
  /** The folder is open in another process. */
  'ledger-in-use',
  /** The folder holds another ledger: its origin differs, or who began it. */
  'ledger-other-genesis',
  /** The node does not answer, or not as it should. What was being submitted may be accepted: send the same ids again. */
  'ledger-unreachable',
  /** The node refuses the token. */
  'ledger-refuses-token',
  /** A question over HTTP is not what the format says. */
  'ledger-question-malformed',
  /** A genesis document is not what the format says. */
  'genesis-malformed',
  /** The keys given are not those of the trust policy. */
  'ledger-key-mismatch',
  /** The call came after `close`. */
  'ledger-closed',
  /** Nothing with that id or index is here, or it is not witnessed yet. */
  'ledger-not-found',
  /** `wait` ran out of its time. */
  'ledger-wait-timeout',
  /** `wait` on an item that the ledger refused. */
  'ledger-item-refused',
  /** More is waiting than this gateway keeps; nothing of this call was accepted. */
  'ledger-busy',
  /** An item's id has not 16 bytes, or a value is not ledger data. */
  'ledger-item-malformed',
  /** A contract broke its promises: unknown state, a float, an entry too long. */
  'contract-broken',
  /** The members voted for a version of a contract that is not installed here: this member halts until it is. */
  'contract-version-missing',
  /** A snapshot of another member is not what the format says. */
  'snapshot-malformed',
  /** A transaction is not what it must be. */
  'transaction-malformed',
  /** A journal misses a frame that was acknowledged, or holds bytes that nobody wrote. */
  'journal-corrupt',
  /** A tile, bundle or state file is not what the log's root says. */
  'log-corrupt',
  /** The recovered log is shorter than a checkpoint that was signed. */
  'log-behind-checkpoint',
  /** The recovered log contradicts a checkpoint that was signed. */
  'log-forked',
  /** The disk is full, a quota or size limit is reached. */
  'storage-full',
  /** The disk or folder can be read only. */
  'storage-read-only',
  /** Any other fault of the disk. */
  'storage-fault',
  /** CometBFT cannot be started: no program, no configuration, a folder that is not this chain's, or it ends at once. */
  'engine-start',
  /** CometBFT did not take a transaction: it is malformed, replayed, too long, or too many wait. */
  'engine-refused',
] as const
export type LedgerFailureCode = (typeof LEDGER_FAILURE_CODES)[number]

/** Returned for one item: understood and declined. The same item may be sent again after the reason is gone. */
export const ITEM_REFUSAL_CODES = [
  'contract-unknown',
  'method-unknown',
  'arguments-malformed',
  'permission-denied',
  'contract-refused',
  /** Another item with this id is waiting. */
  'id-taken',
] as const
export type ItemRefusalCode = (typeof ITEM_REFUSAL_CODES)[number]

/** Why nothing is ordered or witnessed at the moment; the ledger goes on by itself when the reason is gone. */
export const STALL_CODES = [
  'storage-full',
  'storage-read-only',
  'storage-fault',
  /** The clock is behind the ledger's last time. */
  'clock-behind',
  /** The clock was set; its new time must hold for a while first. */
  'clock-stepped',
  /** A signing key does not answer, or its signature does not hold. */
  'signer-fault',
  /** Signed, but by fewer members than the policy asks for. */
  'quorum-missing',
  /** Fewer members are here than must vote: nothing can be fixed now. */
  'quorum-lost',
  /** This member does not have the newest blocks yet. */
  'behind',
  /** This member has stopped for good, at a height, for a reason; somebody must look. */
  'halted',
  /** CometBFT is not running; it is being started again. */
  'engine-down',
] as const
export type StallCode = (typeof STALL_CODES)[number]

/** A `Failure` of this package. */
export function ledgerFailure(code: LedgerFailureCode, message: string, options: FailureOptions = {}) {
  return new Failure<LedgerFailureCode>(code, message, options)
}
