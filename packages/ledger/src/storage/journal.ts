/**
 * An append-only journal: what is acknowledged is durable. Frames are numbered; files are numbered. docs/formats/log-storage.md.
 * After a failed write nothing is known about the file's end, so a new file is begun that repeats from the first number
 * not yet acknowledged: a later file's frame replaces an earlier one's of the same number.
 */
import { join } from 'node:path'
import { type Bytes, bigEndian, concat, digest, equalBytes } from '@mingzheng/kernel'
import { ledgerFailure } from '../failure-codes.ts'
import type { AppendFile, LedgerFiles } from './ledger-files.ts'

const MAGIC = Uint8Array.of(0x4d, 0x5a, 0x4a, 0x31)
/** Number of the file, number of its first frame. */
const NAME = /^(\d{10})-(\d{12})\.journal$/
const SUMMED_END = 4 + 4 + 8 + 8
const HEADER_BYTES = SUMMED_END + 8

export interface JournalFrame {
  readonly number: number
  readonly payload: Bytes
}

interface ClosedFile {
  readonly path: string
  readonly last: number
}

interface Waiting {
  readonly payload: Bytes
  readonly written: (number: number) => void
  readonly failed: (error: unknown) => void
}

interface StoredFrame extends JournalFrame {
  /** Number of the first frame of the same write: all before it were durable when this one was written. */
  readonly group: number
}

function frame(number: number, group: number, payload: Bytes): Bytes {
  const head = concat(bigEndian(payload.length, 4), bigEndian(number, 8), bigEndian(group, 8))
  return concat(MAGIC, head, digest('sha256', concat(head, payload)).subarray(0, 8), payload)
}

function readFrame(bytes: Bytes, at: number): StoredFrame | null {
  if (!equalBytes(bytes.subarray(at, at + 4), MAGIC) || bytes.length - at < HEADER_BYTES) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset + at)
  const length = view.getUint32(4)
  if (bytes.length - at - HEADER_BYTES < length) return null
  const payload = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length)
  const sum = digest('sha256', concat(bytes.subarray(at + 4, at + SUMMED_END), payload)).subarray(0, 8)
  if (!equalBytes(sum, bytes.subarray(at + SUMMED_END, at + HEADER_BYTES))) return null
  return { number: Number(view.getBigUint64(8)), group: Number(view.getBigUint64(16)), payload }
}

/** Frames from the file's start; a torn end is left out, a hole with frames behind it is corruption. */
function readFile(path: string, first: number, bytes: Bytes): JournalFrame[] {
  const frames: JournalFrame[] = []
  let at = 0
  for (;;) {
    const next = readFrame(bytes, at)
    if (next === null) break
    frames.push(next)
    at += HEADER_BYTES + next.payload.length
  }
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (frames.some((one, i) => one.number !== first + i)) {
    throw ledgerFailure('journal-corrupt', `${path}: frames out of order`)
  }
  const torn = first + frames.length
  for (let found = rest.indexOf(MAGIC, at + 1); found >= 0; found = rest.indexOf(MAGIC, found + 1)) {
    // A disk may persist the end of one write without its middle: such frames were never acknowledged. A frame of a
    // later write is there only because the torn one had been durable.
    const behind = readFrame(bytes, found)
    if (behind !== null && behind.group > torn) {
      throw ledgerFailure('journal-corrupt', `${path}: damaged at byte ${at}, with later frames behind it`)
    }
  }
  return frames
}

export class Journal {
  readonly #files: LedgerFiles
  readonly #folder: string
  readonly #fileLimit: number
  #closed: ClosedFile[] = []
  #file: { path: string; handle: AppendFile; bytes: number } | null = null
  #fileNumber = 0
  #next = 0
  #queue: Waiting[] = []
  #writing: Promise<void> | null = null
  #dropBelow = 0
  #dropping: Promise<void> | null = null

  private constructor(files: LedgerFiles, folder: string, fileLimit: number) {
    this.#files = files
    this.#folder = folder
    this.#fileLimit = fileLimit
  }

  /** Opens or begins a journal; gives the frames that are there, in order. Throws `journal-corrupt`. */
  static open(files: LedgerFiles, folder: string, fileLimit = 32 << 20): { journal: Journal; frames: JournalFrame[] } {
    const journal = new Journal(files, folder, fileLimit)
    let frames: JournalFrame[] = []
    for (const name of files.list(folder)) {
      const match = NAME.exec(name)
      if (match === null) continue
      const path = join(folder, name)
      const first = Number(match[2])
      const read = readFile(path, first, files.read(path))
      if (journal.#closed.length > 0 && first > journal.#next) {
        throw ledgerFailure('journal-corrupt', `${path}: frames ${journal.#next} to ${first - 1} are missing`)
      }
      frames = [...frames.filter((one) => one.number < first), ...read]
      journal.#next = first + read.length
      journal.#closed.push({ path, last: journal.#next - 1 })
      journal.#fileNumber = Number(match[1]) + 1
    }
    return { journal, frames }
  }

  /** Number that the next frame gets, unless others are waiting. */
  get next(): number {
    return this.#next
  }

  /**
   * Resolves with the frame's number when it is durable. Calls while a write is under way share the next one. On a fault
   * of the disk the whole group is rejected; some of it may be found at the next opening all the same.
   */
  append(payload: Bytes): Promise<number> {
    return new Promise((written, failed) => {
      this.#queue.push({ payload, written, failed })
      this.#writing ??= this.#write()
    })
  }

  async #write(): Promise<void> {
    // One turn of the event loop lets calls of the same moment share one write.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const group = this.#queue
      this.#queue = []
      try {
        await this.#writeGroup(group)
      } catch (error) {
        this.#abandon()
        for (const { failed } of group) failed(error)
        continue
      }
      const first = this.#next
      this.#next += group.length
      group.forEach(({ written }, i) => {
        written(first + i)
      })
    }
    // In the same turn in which the queue was found empty: whoever comes next begins anew.
    this.#writing = null
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const bytes = concat(...group.map(({ payload }, i) => frame(this.#next + i, this.#next, payload)))
    if (this.#file !== null && this.#file.bytes + bytes.length > this.#fileLimit && this.#file.bytes > 0)
      this.#abandon()
    if (this.#file === null) {
      const name = `${String(this.#fileNumber).padStart(10, '0')}-${String(this.#next).padStart(12, '0')}.journal`
      const path = join(this.#folder, name)
      // A number is never used twice: a file that failed while it was made may be there.
      this.#fileNumber++
      this.#file = { path, handle: this.#create(path), bytes: 0 }
      await this.#files.sync(this.#folder)
    }
    this.#file.bytes += bytes.length
    this.#file.handle.append(bytes)
    await this.#file.handle.sync()
  }

  /** A file whose making failed may be there all the same, and must go when its numbers go. */
  #create(path: string): AppendFile {
    try {
      return this.#files.create(path)
    } catch (error) {
      this.#closed.push({ path, last: this.#next - 1 })
      throw error
    }
  }

  /** Closes the present file for good; the next frame begins a new one. */
  #abandon(): void {
    if (this.#file === null) return
    const { path, handle } = this.#file
    this.#file = null
    this.#closed.push({ path, last: this.#next - 1 })
    try {
      handle.close()
    } catch {
      // Its frames are durable or were refused already; nothing hangs on the handle.
    }
  }

  /** Forgets frames below `number`, file by file. Failing to remove a file is no loss: it is tried again. */
  drop(number: number): void {
    if (number >= this.#next && this.#queue.length === 0 && this.#writing === null) {
      if ((this.#file?.bytes ?? 0) > 1 << 20) this.#abandon()
    }
    this.#dropBelow = Math.max(this.#dropBelow, number)
    this.#dropping ??= this.#remove()
      .catch(() => undefined)
      .finally(() => {
        this.#dropping = null
      })
  }

  /** One after the other, each gone for good before the next: the files that any crash leaves must not miss a number. */
  async #remove(): Promise<void> {
    while (this.#closed[0] !== undefined && this.#closed[0].last < this.#dropBelow) {
      this.#files.remove(this.#closed[0].path)
      await this.#files.sync(this.#folder)
      this.#closed.shift()
    }
  }

  /** Waits for what is being written, then closes. */
  async close(): Promise<void> {
    await this.#writing
    await this.#dropping
    this.#abandon()
  }
}
