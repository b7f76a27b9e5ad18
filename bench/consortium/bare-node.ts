/**
 * One node of the bare chain: what a ledger on CometBFT costs before it checks anything. Each 128 bytes of a transaction are a leaf of
 * one RFC 6962 tree over SHA-256; a commit is one SQLite transaction with the items in it; no signatures, ids, contracts, state, receipts.
 * After the prototype from which this project's engine was drawn up (same licence): the same application, on the same configuration.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Bytes, bigEndian, concat, digest } from '@mingzheng/kernel'
import { CompactRange } from '@mingzheng/proof'
import {
  type AbciRequest,
  type AbciResponse,
  AbciServer,
} from '../../packages/ledger/src/engine/cometbft/abci/abci-server.ts'
import { writeCometHome, writeCometKeys } from '../../packages/ledger/src/engine/cometbft/comet-files.ts'
import { CometRpc } from '../../packages/ledger/src/engine/cometbft/comet-rpc.ts'
import type { CometMember } from '../../packages/ledger/src/testing/comet-rig.ts'

/** What the bench sends. */
export type BareOrder =
  | { readonly kind: 'start'; readonly member: CometMember; readonly binary: string }
  | { readonly kind: 'transaction'; readonly nonce: number; readonly bytes: Bytes }
/** What it is told: that the node runs, which transactions were committed, and processor seconds of node and engine. */
export type BareAnswer =
  | { readonly kind: 'ready'; readonly engine: number }
  | { readonly kind: 'committed'; readonly nonces: readonly number[]; readonly size: number }

export const BARE_ITEM_BYTES = 128
const NONCE_BYTES = 8
const KEEP_BLOCKS = 1000

class BareApplication {
  readonly #database: DatabaseSync
  readonly #committed: (nonces: readonly number[], size: number) => void
  #range = new CompactRange('sha256')
  #pending: { height: number; range: CompactRange; hash: Bytes; transactions: readonly Bytes[] } | null = null
  #hash = hashOf(this.#range)

  constructor(folder: string, committed: (nonces: readonly number[], size: number) => void) {
    this.#committed = committed
    mkdirSync(folder, { recursive: true })
    this.#database = new DatabaseSync(join(folder, 'items.sqlite'))
    this.#database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE batch(first INTEGER PRIMARY KEY, items BLOB);
      CREATE TABLE block(height INTEGER PRIMARY KEY, size INTEGER, root BLOB)`)
  }

  readonly handle = (request: AbciRequest): AbciResponse => {
    switch (request.case) {
      case 'echo':
        return { case: 'echo', value: { message: request.value.message } }
      case 'flush':
        return { case: 'flush', value: {} }
      case 'info':
        return { case: 'info', value: { data: 'bare', appVersion: 1n, lastBlockHeight: 0n } }
      case 'initChain':
        return { case: 'initChain', value: { appHash: this.#hash } }
      case 'checkTx':
        return { case: 'checkTx', value: { code: isBatch(request.value.tx) ? 0 : 1 } }
      case 'prepareProposal':
        return { case: 'prepareProposal', value: { txs: request.value.txs } }
      case 'processProposal':
        return { case: 'processProposal', value: { status: request.value.txs.every(isBatch) ? 1 : 2 } }
      case 'finalizeBlock':
        return this.#finalize(Number(request.value.height), request.value.txs)
      case 'commit':
        return this.#commit()
      case 'listSnapshots':
        return { case: 'listSnapshots', value: {} }
      default:
        throw new Error(`${request.case} is not asked of a bare node`)
    }
  }

  #finalize(height: number, transactions: readonly Bytes[]): AbciResponse {
    const range = this.#range.clone()
    for (const bytes of transactions) {
      for (let at = NONCE_BYTES; at < bytes.length; at += BARE_ITEM_BYTES) {
        range.append(range.hash.leaf(bytes.subarray(at, at + BARE_ITEM_BYTES)))
      }
    }
    const hash = hashOf(range)
    this.#pending = { height, range, hash, transactions }
    return { case: 'finalizeBlock', value: { txResults: transactions.map(() => ({ code: 0 })), appHash: hash } }
  }

  #commit(): AbciResponse {
    const { height, range, hash, transactions } = this.#pending!
    const database = this.#database
    database.exec('BEGIN')
    let first = this.#range.size
    const put = database.prepare('INSERT INTO batch VALUES (?, ?)')
    for (const bytes of transactions) {
      put.run(first, bytes.slice())
      first += (bytes.length - NONCE_BYTES) / BARE_ITEM_BYTES
    }
    database.prepare('INSERT INTO block VALUES (?, ?, ?)').run(height, range.size, range.root())
    database.exec('COMMIT')
    this.#range = range
    this.#hash = hash
    this.#pending = null
    const nonces = transactions.map((bytes) => Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)))
    this.#committed(nonces, range.size)
    return { case: 'commit', value: { retainHeight: BigInt(Math.max(0, height - KEEP_BLOCKS)) } }
  }
}

function hashOf(range: CompactRange): Bytes {
  return digest('sha256', concat(bigEndian(range.size, 8), range.root()))
}

function isBatch(bytes: Bytes): boolean {
  return bytes.length > NONCE_BYTES && (bytes.length - NONCE_BYTES) % BARE_ITEM_BYTES === 0
}

if (process.send !== undefined) {
  // The bench may have left by the time the last block is told.
  const say = (answer: BareAnswer) => process.send?.(answer, undefined, {}, () => undefined)
  let engine: ChildProcess | null = null
  let rpc: CometRpc | null = null
  const start = async ({ member, binary }: Extract<BareOrder, { kind: 'start' }>) => {
    const { home, keys } = member
    const application = new BareApplication(home.folder, (nonces, size) => say({ kind: 'committed', nonces, size }))
    writeCometHome(home)
    writeCometKeys(home.folder, keys)
    const [abci, rpcSocket] = [join(home.folder, 'abci.sock'), join(home.folder, 'rpc.sock')]
    await AbciServer.listen({
      path: abci,
      handle: application.handle,
      failed: (error) => process.stderr.write(`${error}\n`),
    })
    const sockets = ['--proxy_app', `unix://${abci}`, '--rpc.laddr', `unix://${rpcSocket}`]
    engine = spawn(binary, ['start', '--home', home.folder, ...sockets], { stdio: 'ignore', env: {} })
    rpc = new CometRpc(rpcSocket)
    for (;;) {
      try {
        if ((await rpc.peers()).length === home.peers.length) break
      } catch {
        // It is starting.
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    say({ kind: 'ready', engine: engine.pid! })
  }
  process.on('disconnect', () => {
    engine?.kill('SIGKILL')
    process.exit(0)
  })
  process.on('message', (order: BareOrder) => {
    if (order.kind === 'start') void start(order)
    else void rpc!.broadcast(order.bytes)
  })
}
