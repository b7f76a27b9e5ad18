/**
 * What a custodian holds, in a folder of its own: sealed files under their roots, each with the hashes of its parts beside it.
 * A file grows part by part, and counts only when it was read back whole, found to be the file, and is durable.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Bytes, equalBytes, Failure, toHex } from '@mingzheng/kernel'
import { merkleHash, PartTree, SEALED_HEADER_BYTES, SEALED_PART_BYTES, sealedPartAt } from '@mingzheng/proof'

/** The file that is meant: its root, and how many parts it has. */
export interface SealedFile {
  readonly root: Bytes
  readonly parts: number
}

const HASH_BYTES = 32

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export class CustodianStore {
  readonly #folder: string
  /** Files that a call is writing, by root: two senders of one file take turns. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(folder: string) {
    this.#folder = folder
  }

  static async open(folder: string): Promise<CustodianStore> {
    await mkdir(join(folder, 'incoming'), { recursive: true, mode: 0o700 })
    await mkdir(join(folder, 'held'), { recursive: true, mode: 0o700 })
    return new CustodianStore(folder)
  }

  /** Parts that are here: all of them once the file is held. */
  async received(file: SealedFile): Promise<number> {
    if ((await sizeOf(this.#held(file))) !== null) return file.parts
    const bytes = await sizeOf(this.#incoming(file))
    if (bytes === null || bytes < SEALED_HEADER_BYTES) return 0
    // After a crash a part may be there in half: it is sent again.
    return Math.min(file.parts - 1, 1 + Math.floor((bytes - SEALED_HEADER_BYTES) / SEALED_PART_BYTES))
  }

  /**
   * Adds parts behind those that are here; what is here already is passed over. The caller has checked each. Answers how many
   * are here then; the last one makes the file held. Throws `custody-parts-wrong` when a gap would be left, or when what the
   * disk gives back is not the file (it is then received anew).
   */
  async append(file: SealedFile, from: number, parts: readonly Bytes[]): Promise<number> {
    return this.#inTurn(file, async () => {
      const have = await this.received(file)
      if (have === file.parts) return have
      if (from > have) throw new Failure('custody-parts-wrong', `part ${have} comes next`, { field: 'from' })
      const fresh = parts.slice(have - from)
      const handle = await open(this.#incoming(file), have === 0 ? 'w' : 'r+', 0o600)
      try {
        let { start } = sealedPartAt(have, Number.MAX_SAFE_INTEGER)
        for (const part of fresh) {
          await handle.write(part, 0, part.length, start)
          start += part.length
        }
        if (have + fresh.length === file.parts) await handle.truncate(start)
      } finally {
        await handle.close()
      }
      const now = have + fresh.length
      if (now === file.parts) await this.#hold(file)
      return now
    })
  }

  /** One part as it lies on the disk. Throws `custody-lost` when the file or the part is not there. */
  async part(file: SealedFile, index: number): Promise<Bytes> {
    const reader = await this.reader(file)
    try {
      return await reader.part(index)
    } finally {
      await reader.close()
    }
  }

  /** Many parts of one file. */
  async reader(
    file: SealedFile,
  ): Promise<{ bytes: number; part(index: number): Promise<Bytes>; close(): Promise<void> }> {
    const handle = await this.#openHeld(file)
    const { size } = await handle.stat()
    return {
      bytes: size,
      async part(index) {
        const { start, end } = sealedPartAt(index, size)
        const part = new Uint8Array(Math.max(0, end - start))
        const { bytesRead } = await handle.read(part, 0, part.length, start)
        if (bytesRead !== part.length || part.length === 0) throw lost()
        return part
      },
      close: () => handle.close(),
    }
  }

  /** The tree of the file as it was received, from the hashes kept beside it. */
  async tree(file: SealedFile): Promise<PartTree> {
    const handle = await open(`${this.#held(file)}.hashes`, 'r').catch(() => {
      throw lost()
    })
    try {
      const hashes = new Uint8Array(await handle.readFile())
      const tree = new PartTree()
      for (let at = 0; at + HASH_BYTES <= hashes.length; at += HASH_BYTES) {
        tree.appendHash(hashes.slice(at, at + HASH_BYTES))
      }
      if (tree.size !== file.parts) throw lost()
      return tree
    } finally {
      await handle.close()
    }
  }

  /** Removes the file, received or half received; not being there is no error. */
  async remove(file: SealedFile): Promise<void> {
    for (const path of [this.#incoming(file), this.#held(file), `${this.#held(file)}.hashes`]) {
      await rm(path, { force: true })
    }
  }

  /** Roots of the files held, for checking against the ledger. */
  async roots(): Promise<string[]> {
    const names = await readdir(join(this.#folder, 'held'), { recursive: true, withFileTypes: true })
    return names.filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name)).map(({ name }) => name)
  }

  /** Reads back what was received; held from here on if it is the file. */
  async #hold(file: SealedFile): Promise<void> {
    const incoming = this.#incoming(file)
    const tree = new PartTree()
    const hashes: Bytes[] = []
    const handle = await open(incoming, 'r')
    try {
      await handle.sync()
      const { size } = await handle.stat()
      for (let index = 0; index < file.parts; index++) {
        const part = await readPart(handle, index, size)
        hashes.push(merkleHash('sha256').leaf(part))
        tree.append(part)
      }
    } finally {
      await handle.close()
    }
    if (!equalBytes(tree.root(), file.root)) {
      await rm(incoming)
      throw new Failure('custody-parts-wrong', 'what the disk gives back is not the file; it is received anew')
    }
    const held = this.#held(file)
    await mkdir(dirname(held), { recursive: true, mode: 0o700 })
    await sync(dirname(dirname(held)))
    const beside = await open(`${held}.hashes`, 'w', 0o600)
    try {
      await beside.writeFile(Buffer.concat(hashes))
      await beside.sync()
    } finally {
      await beside.close()
    }
    await rename(incoming, held)
    await sync(dirname(held))
  }

  async #openHeld(file: SealedFile): Promise<FileHandle> {
    return open(this.#held(file), 'r').catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? lost() : error
    })
  }

  #incoming({ root }: SealedFile): string {
    return join(this.#folder, 'incoming', toHex(root))
  }

  #held({ root }: SealedFile): string {
    const name = toHex(root)
    return join(this.#folder, 'held', name.slice(0, 2), name)
  }

  #inTurn<T>(file: SealedFile, work: () => Promise<T>): Promise<T> {
    const name = toHex(file.root)
    const forget = () => {
      if (this.#turns.get(name) === done) this.#turns.delete(name)
    }
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work, work)
    const done: Promise<void> = turn.then(forget, forget)
    this.#turns.set(name, done)
    return turn
  }
}

const lost = () => new Failure('custody-lost', 'the file is not there any more')

async function readPart(handle: FileHandle, index: number, size: number): Promise<Bytes> {
  const { start, end } = sealedPartAt(index, size)
  const part = new Uint8Array(Math.max(0, end - start))
  await handle.read(part, 0, part.length, start)
  return part
}
