/**
 * A file system in memory that can lose power and fail. What was not synced may be gone, torn or there after `crash`; a
 * failing operation did nothing, or did everything and failed all the same.
 */
import { dirname } from 'node:path'
import { type Bytes, concat } from '@mingzheng/kernel'
import { ledgerFailure } from '../failure-codes.ts'
import type { LedgerFiles } from '../storage/ledger-files.ts'

export type FileOperation = 'create' | 'append' | 'sync' | 'write' | 'rename' | 'read'

/** What happens to an operation: nothing, or a fault before (`lost`) or after (`kept`) its effect. */
export type Fault = {
  readonly when: 'lost' | 'kept'
  readonly code?: 'storage-full' | 'storage-read-only' | 'storage-fault'
}

interface Node {
  bytes: Bytes
  durable: Bytes
}

export class MemoryFiles implements LedgerFiles {
  /** Asked before every operation. */
  fault: (operation: FileOperation, path: string) => Fault | null = () => null
  #names = new Map<string, Node>()
  #durableNames = new Map<string, Node>()

  list(folder: string): string[] {
    const prefix = `${folder}/`
    const below = [...this.#names.keys()].filter((path) => path.startsWith(prefix))
    return [...new Set(below.map((path) => path.slice(prefix.length).split('/')[0]!))].sort()
  }

  size(path: string): number | null {
    return this.#names.get(path)?.bytes.length ?? null
  }

  read(path: string, offset = 0, length?: number): Bytes {
    return this.#do('read', path, () => {
      const node = this.#names.get(path)
      if (node === undefined) throw ledgerFailure('storage-fault', `${path} is not there`)
      return node.bytes.slice(offset, length === undefined ? undefined : offset + length)
    })
  }

  find(path: string, offset: number, length?: number): Bytes | null {
    return this.#names.has(path) ? this.read(path, offset, length) : null
  }

  open(path: string) {
    const read = (offset: number, length: number) => this.read(path, offset, length)
    return this.#names.has(path) ? { read, close: () => undefined } : null
  }

  write(path: string, bytes: Bytes): void {
    this.#do('write', path, () => {
      const node = this.#names.get(path)
      if (node === undefined) this.#names.set(path, { bytes: bytes.slice(), durable: new Uint8Array() })
      else node.bytes = bytes.slice()
    })
  }

  async store(path: string, bytes: Bytes, durable: boolean): Promise<void> {
    this.write(path, bytes)
    if (durable) await this.sync(path)
  }

  create(path: string) {
    return this.#do('create', path, () => {
      if (this.#names.has(path)) throw ledgerFailure('storage-fault', `${path} is there already`)
      const node: Node = { bytes: new Uint8Array(), durable: new Uint8Array() }
      this.#names.set(path, node)
      return {
        append: (bytes: Bytes) => {
          this.#do('append', path, () => {
            node.bytes = concat(node.bytes, bytes)
          })
        },
        sync: async () => {
          this.#do('sync', path, () => {
            node.durable = node.bytes
          })
        },
        close: () => undefined,
      }
    })
  }

  rename(from: string, to: string): void {
    this.#do('rename', to, () => {
      const node = this.#names.get(from)
      if (node === undefined) throw ledgerFailure('storage-fault', `${from} is not there`)
      this.#names.delete(from)
      this.#names.set(to, node)
    })
  }

  remove(path: string): void {
    for (const name of [...this.#names.keys()]) {
      if (name === path || name.startsWith(`${path}/`)) this.#names.delete(name)
    }
  }

  async sync(path: string): Promise<void> {
    this.#do('sync', path, () => {
      const node = this.#names.get(path)
      if (node !== undefined) {
        node.durable = node.bytes
        return
      }
      for (const [name, one] of this.#names) if (dirname(name) === path) this.#durableNames.set(name, one)
      for (const name of [...this.#durableNames.keys()]) {
        if (dirname(name) === path && !this.#names.has(name)) this.#durableNames.delete(name)
      }
    })
  }

  /** Power is lost. `chance(n)` gives a whole number below n. Handles opened before must not be used again. */
  crash(chance: (n: number) => number): MemoryFiles {
    const after = new MemoryFiles()
    for (const name of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      const now = this.#names.get(name)
      const then = this.#durableNames.get(name)
      const node = now === then || chance(2) === 0 ? now : then
      if (node === undefined) continue
      const bytes = this.#surviving(node, chance)
      const copy = { bytes, durable: bytes }
      after.#names.set(name, copy)
      after.#durableNames.set(name, copy)
    }
    return after
  }

  #surviving({ bytes, durable }: Node, chance: (n: number) => number): Bytes {
    const grew = bytes.length >= durable.length && durable.every((byte, i) => bytes[i] === byte)
    if (bytes.length === durable.length && grew) return bytes
    switch (chance(3)) {
      case 0:
        return durable
      case 1:
        return bytes
      default: {
        const from = grew ? durable.length : 0
        const torn = bytes.slice(0, from + chance(bytes.length - from + 1))
        if (torn.length > from) torn[from + chance(torn.length - from)]! ^= 0x55
        return torn
      }
    }
  }

  #do<T>(operation: FileOperation, path: string, effect: () => T): T {
    const fault = this.fault(operation, path)
    if (fault?.when === 'lost') throw fault.code === undefined ? injected('storage-fault') : injected(fault.code)
    const result = effect()
    if (fault?.when === 'kept') throw injected(fault.code ?? 'storage-fault')
    return result
  }
}

function injected(code: 'storage-full' | 'storage-read-only' | 'storage-fault') {
  return ledgerFailure(code, 'injected by a test')
}
