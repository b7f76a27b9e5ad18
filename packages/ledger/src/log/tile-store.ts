/**
 * Files of the log between memory and disk. Taking them never fails: bytes are kept until they are durable, are written in
 * the background, and after a fault are written anew (a kernel may drop pages and call the next sync a success). So a full
 * disk stops the log without harm, and the event loop never waits for a disk.
 */
import { dirname, join, sep } from 'node:path'
import type { Bytes } from '@mingzheng/kernel'
import type { LedgerFiles, OpenFile } from '../storage/ledger-files.ts'

/** Files handed over at the same time. One thread writes them; more are ready when it is, however busy this one is. */
const AT_ONCE = 64
/** Files that may wait before whoever appends has to. */
const MOST_WAITING = 2000

/** Files kept open that are read in part again and again. */
const MOST_OPEN = 128

export interface TileStoreOptions {
  readonly files: LedgerFiles
  readonly folder: string
  /** Pause after a fault, milliseconds. */
  readonly retryMs: number
  /** Told of a fault, and with `null` when writing works again. */
  readonly faulty: (error: unknown) => void
}

export class TileStore {
  readonly #options: TileStoreOptions
  /** Not yet durable. */
  readonly #pending = new Map<string, Bytes>()
  readonly #queue: string[] = []
  readonly #folders = new Set<string>()
  #writing = 0
  #failure: { readonly error: unknown } | null = null
  #retry: NodeJS.Timeout | null = null
  #waiters: (() => void)[] = []
  /** Those that were used last stand last. */
  readonly #open = new Map<string, OpenFile>()
  #closed = false

  constructor(options: TileStoreOptions) {
    this.#options = options
  }

  /** Takes a file that will not change; it is readable at once. The caller leaves the array alone. */
  put(path: string, bytes: Bytes): void {
    this.#pending.set(path, bytes)
    this.#queue.push(path)
    this.#pump()
  }

  /** Bytes of a file, or `null`. */
  read(path: string): Bytes | null {
    const pending = this.#pending.get(path)
    if (pending !== undefined) return pending
    return this.#options.files.find(this.#absolute(path), 0)
  }

  /** Some bytes of a file, fewer at its end, or `null`. With `room`, as long as `length`, they may be a part of it. */
  readPart(path: string, offset: number, length: number, room?: Bytes): Bytes | null {
    const pending = this.#pending.get(path)
    if (pending !== undefined) return pending.slice(offset, offset + length)
    return this.#options.files.find(this.#absolute(path), offset, length, room)
  }

  /** The same of a file that is kept open for the next time. */
  readKept(path: string, offset: number, length: number): Bytes | null {
    const pending = this.#pending.get(path)
    if (pending !== undefined) return pending.slice(offset, offset + length)
    const file = this.#open.get(path) ?? this.#options.files.open(this.#absolute(path))
    if (file === null) return null
    this.#open.delete(path)
    if (this.#closed) {
      file.close()
      return null
    }
    this.#open.set(path, file)
    for (const [oldest, { close }] of this.#open) {
      if (this.#open.size <= MOST_OPEN) break
      this.#open.delete(oldest)
      close()
    }
    return file.read(offset, length)
  }

  /** Bytes of a file, or `null`. */
  size(path: string): number | null {
    return this.#pending.get(path)?.length ?? this.#options.files.size(this.#absolute(path))
  }

  list(folder: string): string[] {
    return this.#options.files.list(join(this.#options.folder, folder))
  }

  /** Resolves when there is room for more; throws the present fault. */
  async room(): Promise<void> {
    this.#requireWorking()
    while (this.#pending.size > MOST_WAITING) {
      await this.#progress()
      this.#requireWorking()
    }
  }

  /** Writes a file now; its name is durable after the next `syncFolders`. */
  async store(path: string, bytes: Bytes, durable: boolean): Promise<void> {
    const absolute = join(this.#options.folder, path)
    await this.#options.files.store(absolute, bytes, durable)
    this.#open.get(path)?.close()
    this.#open.delete(path)
    for (let up = dirname(absolute); up.length >= this.#options.folder.length; up = dirname(up)) this.#folders.add(up)
  }

  /** Resolves when the bytes of everything taken before are durable. Throws the present fault; all is then still here. */
  async written(): Promise<void> {
    const wanted = [...this.#pending.keys()]
    if (this.#failure !== null) this.#again()
    while (wanted.some((path) => this.#pending.has(path))) {
      await this.#progress()
      this.#requireWorking()
    }
  }

  /** Makes the names of everything written so far durable. */
  async syncFolders(): Promise<void> {
    const { files } = this.#options
    for (const folder of [...this.#folders]) {
      // Taken out first: a file that comes meanwhile puts it back.
      if (!this.#folders.delete(folder)) continue
      try {
        await files.sync(folder)
      } catch (error) {
        // Superseded partial tiles go at any time, and their folder with them.
        if (files.size(folder) === null && files.list(folder).length === 0) continue
        this.#folders.add(folder)
        throw error
      }
    }
  }

  /** Removes a file or folder; a fault leaves it behind without harm. */
  remove(path: string): void {
    const absolute = join(this.#options.folder, path)
    this.#folders.delete(absolute)
    try {
      this.#options.files.remove(absolute)
    } catch {
      // What is superseded may stay.
    }
  }

  /** Writes no more; what is not durable yet is made again at the next start. */
  close(): void {
    this.#closed = true
    for (const { close } of this.#open.values()) close()
    this.#open.clear()
    if (this.#retry !== null) clearTimeout(this.#retry)
  }

  #absolute(path: string): string {
    // Both are of this package, and in order: normalising them would cost as much as opening the file.
    return `${this.#options.folder}${sep}${path}`
  }

  #pump(): void {
    while (this.#writing < AT_ONCE && this.#failure === null && !this.#closed) {
      const path = this.#queue.shift()
      if (path === undefined) return
      this.#writing++
      this.store(path, this.#pending.get(path)!, true)
        .then(
          () => this.#pending.delete(path),
          (error) => {
            this.#queue.unshift(path)
            this.#failed(error)
          },
        )
        .finally(() => {
          this.#writing--
          for (const wake of this.#waiters.splice(0)) wake()
          this.#pump()
        })
    }
  }

  #failed(error: unknown): void {
    this.#failure = { error }
    this.#options.faulty(error)
    this.#retry ??= setTimeout(() => {
      this.#retry = null
      this.#again()
    }, this.#options.retryMs)
  }

  #again(): void {
    if (this.#failure === null) return
    this.#failure = null
    const before = this.#pending.size
    this.#pump()
    void this.#progress().then(() => {
      if (this.#failure === null && this.#pending.size < before) this.#options.faulty(null)
    })
  }

  #progress(): Promise<void> {
    if (this.#closed || this.#writing === 0) {
      if (this.#pending.size === 0) return Promise.resolve()
      if (this.#closed) return Promise.reject(new Error('the log is closed'))
    }
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  #requireWorking(): void {
    if (this.#failure !== null) throw this.#failure.error
  }
}
