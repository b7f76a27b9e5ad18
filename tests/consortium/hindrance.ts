/**
 * Loaded into a node's process before its own program (`node --import`): what may be wrong with its machine or its software. The
 * program is the real one and knows nothing of it.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { isMainThread } from 'node:worker_threads'

export interface Hindrance {
  /** The machine's clock is so far off, milliseconds. */
  readonly clockOffMs?: number
  /** Making anything durable takes so long, milliseconds. */
  readonly slowDiskMs?: number
  /** Its contract `evidence` writes something else than everybody's. */
  readonly wrongResults?: boolean
  /** It lets every transaction through, whatever it is, and votes for every block. */
  readonly takesAnything?: boolean
  /** Every part of a snapshot that it gives has a byte changed; that it did so stands in this file. */
  readonly wrongChunks?: string
  /** Every block header that it gives to a newcomer's light client names another state; that it did so stands in this file. */
  readonly wrongHeaders?: string
  /** It never lets go of so many bytes for each entry of the log. */
  readonly leaksBytes?: number
}

/** What a process gets to have it: environment variables. */
export function hindered(hindrance: Hindrance): { readonly [name: string]: string } {
  return { NODE_OPTIONS: `--import=${import.meta.filename}`, [VARIABLE]: JSON.stringify(hindrance) }
}

const VARIABLE = 'MINGZHENG_TEST_HINDRANCE'
const given = process.env[VARIABLE]
if (given !== undefined) await hinder(JSON.parse(given) as Hindrance)

async function hinder(hindrance: Hindrance): Promise<void> {
  const { clockOffMs = 0, slowDiskMs = 0, wrongResults = false, takesAnything = false } = hindrance
  const { wrongChunks, wrongHeaders, leaksBytes } = hindrance
  const now = Date.now
  Date.now = () => now() + clockOffMs
  if (slowDiskMs > 0) slowDown(slowDiskMs)
  if (wrongResults && isMainThread) await miscompute()
  if (takesAnything && isMainThread) await takeAnything()
  if (wrongChunks !== undefined && isMainThread) await giveWrongChunks(wrongChunks)
  if (wrongHeaders !== undefined && isMainThread) await giveWrongHeaders(wrongHeaders)
  if (leaksBytes !== undefined && isMainThread) await leak(leaksBytes)
}

function slowDown(ms: number): void {
  const rest = (): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  }
  for (const name of ['fsync', 'fdatasync'] as const) {
    const plain = fs[name]
    const slow = (file: number, done: fs.NoParamCallback) => {
      setTimeout(() => plain(file, done), ms)
    }
    fs[name] = Object.assign(slow, { __promisify__: plain.__promisify__ })
    const plainSync = fs[`${name}Sync`]
    fs[`${name}Sync`] = (file) => {
      rest()
      plainSync(file)
    }
  }
  syncBuiltinESMExports()
}

async function miscompute(): Promise<void> {
  const { evidenceContract } = await import('@mingzheng/evidence/contract')
  const fix = evidenceContract.methods.fix!
  const { apply } = fix
  fix.apply = (state, args, context) => {
    const answer = apply(state, args, context)
    if (!('entry' in answer)) return answer
    const { kind, body } = answer.entry
    return { entry: { kind, body: { ...body, n: new Uint8Array(32) } } }
  }
}

async function takeAnything(): Promise<void> {
  const { Member } = await import('../../packages/ledger/src/member.ts')
  Member.prototype.check = () => null
  Member.prototype.judge = () => null
}

async function giveWrongChunks(file: string): Promise<void> {
  const { SnapshotShelf } = await import('../../packages/ledger/src/snapshot/snapshot-shelf.ts')
  const { load } = SnapshotShelf.prototype
  SnapshotShelf.prototype.load = function wrongly(height, format, chunk) {
    const bytes = load.call(this, height, format, chunk)
    if (bytes === null) return null
    fs.appendFileSync(file, `${chunk}\n`)
    return bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte))
  }
}

async function giveWrongHeaders(file: string): Promise<void> {
  const { LightDoor } = await import('../../packages/ledger/src/engine/cometbft/light-door.ts')
  const { answer } = LightDoor.prototype
  LightDoor.prototype.answer = async function wrongly(asked) {
    const told = JSON.parse(Buffer.from(await answer.call(this, asked)).toString('utf8'))
    const header = told.result?.signed_header?.header
    if (header !== undefined) {
      header.app_hash = header.app_hash.replace(/^../, (first: string) => (first === '00' ? '01' : '00'))
      fs.appendFileSync(file, `${header.height}\n`)
    }
    return new Uint8Array(Buffer.from(JSON.stringify(told)))
  }
}

async function leak(bytes: number): Promise<void> {
  const { LookupIndex } = await import('../../packages/ledger/src/log/lookup-index.ts')
  const { add } = LookupIndex.prototype
  const held: Uint8Array[] = []
  LookupIndex.prototype.add = function leaking(index, entry) {
    held.push(new Uint8Array(bytes))
    add.call(this, index, entry)
  }
}
