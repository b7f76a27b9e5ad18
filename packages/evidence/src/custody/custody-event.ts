/** What an entry of the contract `custody` says, typed: for whoever follows the log instead of the state. */
import type { Bytes } from '@mingzheng/kernel'
import { decodeEntry } from '@mingzheng/proof'

interface EventBodies {
  'custody.hand': { h: Bytes; k: Bytes; r: Bytes; z: number; u: number; n: Bytes; e: number }
  'custody.confirm': { h: Bytes; r: Bytes }
  'custody.decline': { h: Bytes }
  'custody.lose': { h: Bytes }
  'custody.challenge': { h: Bytes; x: Bytes; w: number }
  'custody.ready': { h: Bytes; v: Bytes }
  'custody.draw': { h: Bytes; y: Bytes }
  'custody.answer': { h: Bytes; d: Bytes }
  'custody.judge': { h: Bytes; y: boolean }
  'custody.late': { h: Bytes }
  'custody.admit': { a: Bytes; y: boolean }
  'custody.ask': { h: Bytes; b: Bytes }
  'custody.give': { h: Bytes; w: Bytes; r: Bytes; z: number }
  'custody.hold': { h: Bytes; x: Bytes }
  'custody.lift': { h: Bytes; x: Bytes }
  'custody.retain': { h: Bytes; u: number }
  'custody.release': { h: Bytes }
  'custody.destroy': { h: Bytes }
}

type CustodyKind = keyof EventBodies

const KIND_PREFIX = 'custody.'

/** One entry of custody, with where it stands. `entry` are its canonical bytes. */
export type CustodyEvent = {
  [Kind in CustodyKind]: {
    readonly kind: Kind
    readonly body: EventBodies[Kind]
    readonly id: Bytes
    readonly actor: Bytes
    /** Ledger time, milliseconds. */
    readonly time: number
    readonly index: number
    readonly entry: Bytes
  }
}[CustodyKind]

/**
 * The event of a logged entry; `null` when it is not of custody. The contract wrote the body, and the log is witnessed:
 * its shape is believed.
 */
export function readCustodyEvent({ index, entry }: { index: number; entry: Bytes }): CustodyEvent | null {
  // Nearly every entry of a log is of something else, which its bytes tell without being read.
  if (!holdsText(entry, KIND_PREFIX)) return null
  const { kind, id, actor, time, body } = decodeEntry(entry)
  if (!kind.startsWith(KIND_PREFIX)) return null
  return { kind, body, id, actor, time, index, entry } as unknown as CustodyEvent
}

function holdsText(bytes: Bytes, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(text, 0, 'latin1')
}
