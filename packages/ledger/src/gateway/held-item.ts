/** An item between its acceptance and its being witnessed. */
import type { Bytes } from '@mingzheng/kernel'
import type { LedgerItem, Standing } from '../ledger-client.ts'

/** A frame of the journal with items that are not all settled. */
export interface HeldFrame {
  /** Number of the frame in the journal; -1 until it is durable. */
  number: number
  /** Items not yet executed. */
  remaining: number
  /** Height of the block that executed the last of them. */
  height: number
}

export interface Waiter {
  readonly kind: 'ordered' | 'witnessed'
  readonly resolve: (standing: Standing) => void
  readonly reject: (error: unknown) => void
}

export interface HeldItem {
  readonly item: LedgerItem
  readonly key: string
  /** As in the batch. */
  readonly bytes: Bytes
  /** Among all accepted items. */
  readonly number: number
  readonly frame: HeldFrame
  /** Resolves when durable. */
  durable: Promise<void>
  accepted: boolean
  /** Executed: ordered or refused. */
  done: boolean
  ordered: { readonly index: number; readonly time: number } | null
  readonly waiters: Waiter[]
}

/** Where a held item stands; `null` until it is durable. */
export function heldStanding(held: HeldItem): Standing | null {
  const { id } = held.item
  if (held.ordered !== null) return { kind: 'ordered', id, ...held.ordered }
  return held.accepted ? { kind: 'accepted', id } : null
}
