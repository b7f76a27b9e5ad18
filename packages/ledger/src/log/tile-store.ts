/**
 * Files of the log between memory and disk. Writing never fails here: bytes are kept until they are known to be durable,
 * so that a full disk stops the log without harm, and after a failed sync everything in doubt is written anew.
 */
import { dirname, join } from 'node:path'
import type { Bytes } from '@mingzheng/kernel'
import type { LedgerFiles } from '../storage/ledger-files.ts'

interface Pending {
  readonly bytes: Bytes
  /** Not to be superseded: worth syncing before a settlement asks for it. */
  readonly lasting: boolean
  state: 'new' | 'written' | 'syncing' | 'synced'
}

/** Files synced at the same time; libuv has four threads. */
const SYNCING_AT_ONCE = 4

export class TileStore {
  readonly #files: LedgerFiles
  readonly #folder: string
  readonly #pending = new Map<string, Pending>()
  readonly #folders = new Set<string>()
  #fresh: string[] = []
  #ahead: string[] = []
  #background = new Set<Promise<void>>()

  constructor(files: LedgerFiles, folder: string) {
    this.#files = files
    this.#folder = folder
  }

  /** Takes a file's bytes; they are readable at once. The caller leaves the array alone. */
  put(path: string, bytes: Bytes, lasting: boolean): void {
    this.#pending.set(path, { bytes, lasting, state: 'new' })
    this.#fresh.push(path)
  }

  /** Bytes of a file, or `null`. */
  read(path: string): Bytes | null {
    const pending = this.#pending.get(path)
    if (pending !== undefined) return pending.bytes
    const absolute = join(this.#folder, path)
    return this.#files.size(absolute) === null ? null : this.#files.read(absolute)
  }

  list(folder: string): string[] {
    return this.#files.list(join(this.#folder, folder))
  }

  /** Hands everything new to the operating system. Throws at the first fault; call again. */
  flush(): void {
    for (let path = this.#fresh[0]; path !== undefined; path = this.#fresh[0]) {
      const pending = this.#pending.get(path)
      if (pending?.state === 'new') {
        const absolute = join(this.#folder, path)
        this.#files.write(absolute, pending.bytes)
        pending.state = 'written'
        if (pending.lasting) this.#ahead.push(path)
        for (let up = dirname(absolute); up.length >= this.#folder.length; up = dirname(up)) this.#folders.add(up)
      }
      this.#fresh.shift()
    }
  }

  /** Starts to make files durable that will not change, so that a settlement finds little to do. */
  syncAhead(): void {
    while (this.#background.size < SYNCING_AT_ONCE) {
      const path = this.#ahead.shift()
      if (path === undefined) return
      const pending = this.#pending.get(path)
      if (pending?.state !== 'written') continue
      const task = this.#sync(path, pending)
        .catch(() => undefined)
        .finally(() => {
          this.#background.delete(task)
          this.syncAhead()
        })
      this.#background.add(task)
    }
  }

  /** Resolves when everything put before is durable. On a fault all of it is still here, and in doubt. */
  async settle(): Promise<void> {
    this.flush()
    this.#ahead = []
    while (this.#background.size > 0) await Promise.all(this.#background)
    this.flush()
    const left = [...this.#pending].filter(([, { state }]) => state !== 'synced')
    await inParallel(left, ([path, pending]) => this.#sync(path, pending))
    await inParallel([...this.#folders], async (folder) => {
      await this.#files.sync(folder)
      this.#folders.delete(folder)
    })
    for (const [path, { state }] of this.#pending) if (state === 'synced') this.#pending.delete(path)
  }

  /** Removes a file or folder; a fault leaves it behind without harm. */
  remove(path: string): void {
    const below = `${path}/`
    for (const one of this.#pending.keys()) if (one === path || one.startsWith(below)) this.#pending.delete(one)
    this.#folders.delete(join(this.#folder, path))
    try {
      this.#files.remove(join(this.#folder, path))
    } catch {
      // What is superseded may stay.
    }
  }

  async #sync(path: string, pending: Pending): Promise<void> {
    pending.state = 'syncing'
    try {
      await this.#files.sync(join(this.#folder, path))
      pending.state = 'synced'
    } catch (error) {
      // The kernel may have dropped the pages and call the next sync a success: only a new write helps.
      pending.state = 'new'
      this.#fresh.push(path)
      throw error
    }
  }
}

async function inParallel<T>(list: readonly T[], task: (one: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let at = next++; at < list.length; at = next++) await task(list[at]!)
  }
  const results = await Promise.allSettled(Array.from({ length: SYNCING_AT_ONCE }, worker))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
