/**
 * CometBFT's write-ahead log grows to a gigabyte before it forgets. After a restart it needs only what follows the end of the last
 * height: the votes and the block that it was about to agree on. That is kept, byte for byte; the rest is dropped.
 * Frames of CometBFT v0.38 (consensus/wal.go): CRC-32C and length, four bytes each, big-endian, then a TimedWALMessage.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bytes } from '@mingzheng/kernel'

const HEADER = 8

/** Only while CometBFT does not run. Leaves everything as it is when the newest file does not show the end of a height. */
export function trimWriteAhead(folder: string): void {
  const wal = join(folder, 'data/cs.wal')
  const head = join(wal, 'wal')
  if (!existsSync(head)) return
  const bytes = readFileSync(head)
  const start = lastEndOfHeight(bytes)
  if (start === null) return
  if (start > 0) {
    const fresh = join(folder, 'data/cs.wal.new')
    writeFileSync(fresh, bytes.subarray(start), { mode: 0o600, flush: true })
    renameSync(fresh, head)
  }
  for (const name of readdirSync(wal)) if (/^wal\.\d+$/.test(name)) rmSync(join(wal, name))
}

/** Where the last message that a height has ended begins, or `null`. */
export function lastEndOfHeight(bytes: Bytes): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let found: number | null = null
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const end = at + HEADER + view.getUint32(at + 4)
    // A frame that was cut off by a crash is CometBFT's to mend.
    if (end > bytes.length) break
    if (isEndOfHeight(bytes.subarray(at + HEADER, end))) found = at
    at = end
  }
  return found
}

/** TimedWALMessage {time = 1, msg = 2}; WALMessage has one field, 4 of which is the end of a height. */
function isEndOfHeight(message: Bytes): boolean {
  // Times and ends of heights are short: their lengths are one byte.
  if (message[0] !== 0x0a || message[1]! >= 0x80) return false
  const msg = 2 + message[1]!
  return message[msg] === 0x12 && message[msg + 1]! < 0x80 && message[msg + 2] === 0x22
}
