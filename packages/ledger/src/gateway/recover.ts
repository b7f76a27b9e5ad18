/** What a gateway had accepted before it was stopped: items by number, and the batches that were composed of them. */
import type { Bytes } from '@mingzheng/kernel'
import type { JournalFrame } from '../storage/journal.ts'
import { decodeRecord } from './records.ts'

export interface RecoveredItem {
  readonly number: number
  readonly bytes: Bytes
  /** Frame of the journal. */
  readonly frame: number
}

export interface Recovered {
  /** In the order of their numbers; without refused ones. */
  readonly items: readonly RecoveredItem[]
  readonly batches: readonly { readonly first: number; readonly last: number }[]
  /** Number for the next item. */
  readonly next: number
}

/** Throws `journal-corrupt`. */
export function recoverRecords(frames: readonly JournalFrame[]): Recovered {
  const items = new Map<number, RecoveredItem>()
  const batches: { first: number; last: number }[] = []
  let next = 0
  for (const { number: frame, payload } of frames) {
    const record = decodeRecord(payload)
    if (record.kind === 'items') {
      for (const [i, bytes] of record.items.entries())
        items.set(record.first + i, { number: record.first + i, bytes, frame })
      next = Math.max(next, record.first + record.items.length)
    } else if (record.kind === 'batch') {
      batches.push({ first: record.first, last: record.last })
      next = Math.max(next, record.last + 1)
    } else if (record.kind === 'refused') {
      for (const number of record.numbers) items.delete(number)
    }
  }
  return { items: [...items.values()].sort((a, b) => a.number - b.number), batches, next }
}
