/**
 * Runs one history on several members and compares them after every block: one that only executes, one that restarts, loses
 * power and begins anew from snapshots, and one that gets the same calls under fewer signatures. For tests of contracts.
 */
import assert from 'node:assert/strict'
import { type Bytes, type Signer, toHex } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { decodeEntry } from '@mingzheng/proof'
import { packItems } from '../batch-items.ts'
import type { Authorise, Contract } from '../contract/contract.ts'
import type { LedgerItem } from '../ledger-client.ts'
import { encodeItem, signBatch } from '../transaction.ts'
import type { StageCall, StageEntry } from './contract-stage.ts'
import { Replica } from './replica.ts'
import { sealContracts, type Touched } from './sealed-contract.ts'
import { TEST_ORIGIN } from './test-ledger.ts'

export interface HistoryBlock {
  /** Milliseconds since the block before. */
  readonly passes: number
  readonly calls: readonly StageCall[]
}

export interface ReplicaComparison {
  /** Called for each member and each of its starts: instances share nothing. */
  readonly contracts: () => readonly Contract[]
  readonly authorise?: () => Authorise
  readonly founding?: { readonly [name: string]: number }
  readonly history: readonly HistoryBlock[]
  /** What happens to the second member, and where. Default: one thing or nothing after each block, by this seed. */
  readonly seed: string
}

const START = Date.UTC(2026, 10, 24)

/** Throws an assertion that names the block when members differ, or what a contract touched. Answers with the log's entries. */
export async function compareReplicas(comparison: ReplicaComparison): Promise<StageEntry[]> {
  const { contracts, authorise, founding, history, seed } = comparison
  const touched: Touched[] = []
  const options = {
    contracts: () => sealContracts(contracts(), (one) => touched.push(one)),
    ...(authorise === undefined ? {} : { authorise }),
    founding,
    // Later than every block: a member takes no snapshot from its future.
    now: START + history.reduce((sum, { passes }) => sum + passes, 0),
  }
  const [plain, troubled, batched] = [new Replica(options), new Replica(options), new Replica(options)]
  const replicas = [plain, troubled, batched]
  for (const replica of replicas) await replica.open()
  const random = seededRandom(`replicas ${seed}`)
  const chance = (n: number) => random(1)[0]! % n
  let time = START
  for (const [i, { passes, calls }] of history.entries()) {
    time += passes
    const items = calls.map(({ by, method, args, id }) => ({ by, item: itemOf(method, args, id ?? random(16)) }))
    const single = await sign(items.map((one) => [one]))
    const together = await sign(runs(items))
    const block = { height: i + 1, time, clockStep: 0 }
    const hash = await plain.take({ ...block, transactions: single })
    assert.equal(await troubled.take({ ...block, transactions: single }), hash, `block ${i + 1}: after restarts`)
    assert.equal(await batched.take({ ...block, transactions: together }), hash, `block ${i + 1}: in batches`)
    assert.deepEqual(touched, [], `block ${i + 1}`)
    await trouble(troubled, plain, chance, () => hash)
  }
  const entries = Array.from({ length: plain.member.log.size }, (_, index) => plain.member.log.entry(index))
  for (const { member } of [troubled, batched]) {
    assert.deepEqual(member.heads, plain.member.heads)
    for (const [index, entry] of entries.entries()) assert.equal(toHex(member.log.entry(index)), toHex(entry))
  }
  for (const { member } of replicas) await member.close()
  return entries.map((entry, index) => ({ ...decodeEntry(entry), index }))
}

async function trouble(
  replica: Replica,
  other: Replica,
  chance: (n: number) => number,
  hash: () => string,
): Promise<void> {
  const what = chance(5)
  if (what === 0) await replica.restart()
  // Settled first: the test has no engine that would give the blocks again.
  if (what === 1) {
    await replica.restart()
    await replica.crash((n) => chance(n))
  }
  if (what === 2) await replica.beginFrom(other)
  assert.equal(toHex(replica.member.info().appHash), hash(), 'after a restart or snapshot')
}

interface SignedBy {
  readonly by: Signer
  readonly item: LedgerItem
}

function itemOf(method: string, args: StageCall['args'], id: Bytes): LedgerItem {
  const [contract = '', name = ''] = method.split('.')
  return { id, contract, method: name, arguments: args }
}

/** Neighbours by the same organisation together. */
function runs(items: readonly SignedBy[]): SignedBy[][] {
  const groups: SignedBy[][] = []
  for (const one of items) {
    const last = groups.at(-1)
    if (last?.[0]?.by === one.by) last.push(one)
    else groups.push([one])
  }
  return groups
}

/** A batch is named by its last item: the state holds the id of an organisation's newest batch, however its items are parted. */
function sign(groups: readonly (readonly SignedBy[])[]): Promise<Bytes[]> {
  return Promise.all(
    groups.map(async (group) => {
      const packed = packItems(group.map(({ item }) => ({ item, bytes: encodeItem(item) })))
      return (await signBatch(TEST_ORIGIN, group[0]!.by, group.at(-1)!.item.id, packed)).bytes
    }),
  )
}
