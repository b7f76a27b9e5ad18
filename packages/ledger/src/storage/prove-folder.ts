/**
 * Proof that a member's ledger folder is whole, from its bytes alone: every entry is hashed into both trees again, every tile compared,
 * every key of the state summed up, and the roots held against the checkpoints that the members signed. For backups, and for audits of
 * a node that is stopped.
 */
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { type Bytes, digest, equalBytes, fromUtf8 } from '@mingzheng/kernel'
import { CompactRange, HASH_BYTES, judgeCheckpoint, profileKeys, TILE_HEIGHT, TILE_WIDTH } from '@mingzheng/proof'
import { StateDigest } from '../contract/state-digest.ts'
import { ledgerFailure } from '../failure-codes.ts'
import { policyTerms } from '../governance/terms.ts'
import { Log, SM3_FOLDER } from '../log/log.ts'
import type { TreeLog } from '../log/tree-log.ts'
import { decodePosition } from '../position.ts'
import { lockFolder } from './folder-lock.ts'
import { type LedgerFiles, openDiskFiles } from './ledger-files.ts'
import { StateStore } from './state-store.ts'

/** What the folder was proved to hold. */
export interface ProvenLedger {
  readonly origin: string
  readonly height: number
  readonly size: number
  readonly root: { readonly sha256: Bytes; readonly sm3: Bytes }
  /** SHA-256 of the sum over the state. */
  readonly state: Bytes
  /** Size of the newest checkpoint here that the trust policy believes; 0 before the first. */
  readonly witnessedSize: number
}

const STEP = 4096

/**
 * Proves it, and does something more while nobody else can open the folder. Throws `ledger-in-use`, `log-corrupt`, `log-forked`,
 * `log-behind-checkpoint`, `storage-*`.
 */
export async function proveLedgerFolder(
  folder: string,
  work: (proven: ProvenLedger) => Promise<void> = () => Promise.resolve(),
): Promise<ProvenLedger> {
  const lock = lockFolder(folder)
  const disk = openDiskFiles()
  try {
    const proven = await prove(folder, disk)
    await work(proven)
    return proven
  } finally {
    await disk.close()
    lock.release()
  }
}

async function prove(folder: string, files: LedgerFiles): Promise<ProvenLedger> {
  const store = StateStore.open(folder)
  try {
    const stored = store.meta('position')
    if (stored === undefined) throw ledgerFailure('log-corrupt', `${folder} holds no ledger`)
    const { origin, height, log: state, vector } = decodePosition(stored)
    const sum = new StateDigest()
    let keys = 0
    for (const [key, value] of store.all()) {
      sum.change(key, undefined, new Uint8Array(value))
      if (++keys % STEP === 0) await breathe()
    }
    if (!equalBytes(sum.vector(), vector)) {
      throw ledgerFailure('log-corrupt', `${folder}/state.sqlite is not the state that its digest says`)
    }
    const log = new Log({ files, folder: join(folder, 'log'), retryMs: 1000, faulty: () => undefined }, state)
    try {
      await compareEntries(log)
      const witnessedSize = await newestCheckpoint(folder, files, log, store)
      const root = { sha256: log.trees.sha256.root(), sm3: log.trees.sm3.root() }
      return { origin, height, size: log.size, root, state: digest('sha256', vector), witnessedSize }
    } finally {
      log.close()
    }
  } finally {
    store.close()
  }
}

/** Hashes every entry anew; tiles and the nodes of the position must be what follows. */
async function compareEntries(log: Log): Promise<void> {
  const trees = Object.values(log.trees).map((tree) => ({ tree, range: new CompactRange(tree.hash.name) }))
  for (let index = 0; index < log.size; index++) {
    const entry = log.entry(index)
    for (const { tree, range } of trees) {
      range.append(range.hash.leaf(entry), (level, at, hash) => compareTile(tree, level, at, hash))
    }
    if (index % STEP === 0) await breathe()
  }
  for (const { tree, range } of trees) {
    if (!equalBytes(tree.root(), range.root())) {
      throw ledgerFailure('log-corrupt', `the entries do not make the root of the ${tree.hash.name} tree`)
    }
  }
}

function compareTile(tree: TreeLog, level: number, index: number, hash: Bytes): void {
  if (level % TILE_HEIGHT !== 0) return
  const place = index % TILE_WIDTH
  const tile = tree.tile(level / TILE_HEIGHT, Math.floor(index / TILE_WIDTH), place + 1)
  if (tile !== null && equalBytes(tile.subarray(place * HASH_BYTES), hash)) return
  throw ledgerFailure('log-corrupt', `a tile of level ${level / TILE_HEIGHT} of the ${tree.hash.name} tree is wrong`)
}

/** The checkpoints on disk must be believed by the policy of their size, and be of this log. */
async function newestCheckpoint(folder: string, files: LedgerFiles, log: Log, store: StateStore): Promise<number> {
  const terms = policyTerms(store)
  const sizes: number[] = []
  for (const profile of ['sha256', 'sm3'] as const) {
    const path = join(folder, 'log', `${profile === 'sm3' ? SM3_FOLDER : ''}checkpoint`)
    if (files.size(path) === null) return 0
    const text = fromUtf8(files.read(path))
    const judged = terms.map(({ policy }) => judgeCheckpoint(text, policy, profileKeys(policy, profile)))
    const { checkpoint } = judged.find(({ quorumMet, origin }) => quorumMet && origin.status === 'passed') ?? {}
    if (checkpoint == null) throw ledgerFailure('log-forked', `${path} is not signed as any trust policy here asks`)
    if (checkpoint.size > log.size) {
      throw ledgerFailure('log-behind-checkpoint', `${path} signs ${checkpoint.size} entries, the log has ${log.size}`)
    }
    if (!equalBytes(log.trees[profile].rootAt(checkpoint.size), checkpoint.root)) {
      throw ledgerFailure('log-forked', `${path} signs another root for ${checkpoint.size} entries`)
    }
    sizes.push(checkpoint.size)
  }
  return Math.min(...sizes)
}
