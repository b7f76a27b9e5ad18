/**
 * Checkpoints with the lines that this node made and collected, by size, in two files that take turns: the newest few
 * thousand are kept, so that a peer which was away is answered and no key here signs two roots of one size. A line that
 * a crash loses is made again. docs/formats/log-storage.md, "Signatures".
 */
import { join } from 'node:path'
import { utf8 } from '@mingzheng/kernel'
import { parseSignedCheckpoint } from '@mingzheng/proof'
import type { AppendFile, LedgerFiles } from '../storage/ledger-files.ts'

/** Signed checkpoints of one size; a tree that nobody signed yet is absent. */
export interface SignedPair {
  readonly size: number
  readonly sha256?: string
  readonly sm3?: string
}

/** Bytes of one file; then the other is begun anew. */
const FILE_BYTES = 2 * 1024 * 1024
const NAME = /^signatures-(\d{8})$/

export class SignatureStore {
  readonly #files: LedgerFiles
  readonly #folder: string
  readonly #pairs: Map<number, SignedPair>[] = [new Map(), new Map()]
  #current: AppendFile | null = null
  #bytes = 0
  #turn: number

  private constructor(files: LedgerFiles, folder: string) {
    this.#files = files
    this.#folder = folder
    const turns = files.list(folder).flatMap((name) => (NAME.test(name) ? Number(NAME.exec(name)![1]) : []))
    this.#turn = (turns.at(-1) ?? 0) + 1
    for (const turn of turns.slice(-2)) this.#load(turn)
    for (const turn of turns.slice(0, -2)) files.remove(this.#path(turn))
  }

  /** Reads what is there; torn lines are passed over. Throws `storage-*`. */
  static open(files: LedgerFiles, folder: string): SignatureStore {
    return new SignatureStore(files, folder)
  }

  at(size: number): SignedPair | null {
    const [older, newer] = this.#pairs as [Map<number, SignedPair>, Map<number, SignedPair>]
    return newer.get(size) ?? older.get(size) ?? null
  }

  /** The smallest size kept that is not below this one, or `null`. */
  from(size: number): SignedPair | null {
    let best: number | null = null
    for (const pairs of this.#pairs) {
      for (const candidate of pairs.keys()) {
        if (candidate >= size && (best === null || candidate < best)) best = candidate
      }
    }
    return best === null ? null : this.at(best)
  }

  /** Keeps a pair in the place of what was known of its size. Written, not synced. Throws `storage-*`. */
  put(pair: SignedPair): void {
    const line = utf8(`${JSON.stringify(pair)}\n`)
    if (this.#current === null || this.#bytes + line.length > FILE_BYTES) this.#turnOver()
    this.#current!.append(line)
    this.#bytes += line.length
    this.#pairs[1]!.set(pair.size, pair)
  }

  async close(): Promise<void> {
    await this.#current?.sync().catch(() => undefined)
    this.#current?.close()
    this.#current = null
  }

  #turnOver(): void {
    this.#current?.close()
    this.#current = this.#files.create(this.#path(this.#turn))
    this.#bytes = 0
    if (this.#pairs[1]!.size > 0) {
      this.#pairs.shift()
      this.#pairs.push(new Map())
    }
    for (const name of this.#files.list(this.#folder)) {
      const turn = Number(NAME.exec(name)?.[1] ?? this.#turn)
      if (turn < this.#turn - 1) this.#files.remove(join(this.#folder, name))
    }
    this.#turn++
  }

  #load(turn: number): void {
    const pairs = new Map<number, SignedPair>()
    // A crash may have left half a character at the end.
    const text = new TextDecoder().decode(this.#files.read(this.#path(turn)))
    for (const line of text.split('\n')) {
      const pair = readPair(line)
      if (pair !== null) pairs.set(pair.size, pair)
    }
    this.#pairs.shift()
    this.#pairs.push(pairs)
  }

  #path(turn: number): string {
    return join(this.#folder, `signatures-${String(turn).padStart(8, '0')}`)
  }
}

function readPair(line: string): SignedPair | null {
  try {
    const { size, sha256, sm3 } = JSON.parse(line) as SignedPair
    for (const note of [sha256, sm3]) {
      if (note !== undefined && parseSignedCheckpoint(note).checkpoint.size !== size) return null
    }
    return { size, ...(sha256 === undefined ? {} : { sha256 }), ...(sm3 === undefined ? {} : { sm3 }) }
  } catch {
    return null
  }
}
