/** Four bare nodes on this machine under the load of which they take most: the measure of what a ledger adds to its engine. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bigEndian, concat, randomBytes } from '@mingzheng/kernel'
import { findCometbft } from '../../apps/node/src/run/find-cometbft.ts'
import { cometMembers } from '../../packages/ledger/src/testing/comet-rig.ts'
import { BARE_ITEM_BYTES, type BareAnswer, type BareOrder } from './bare-node.ts'

const NODES = 4
/** Items of a transaction, and transactions under way: the best of the prototype's own measurements. */
const BATCH = 1024
const UNDER_WAY = 16

/** Items committed a second. */
export async function bareChain(seconds: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-bare-'))
  const members = await cometMembers(folder, NODES, 'bare chain')
  const nodes = members.map(() => fork(new URL('./bare-node.ts', import.meta.url), { serialization: 'advanced' }))
  try {
    const binary = findCometbft(process.env)
    await Promise.all(
      nodes.map(async (node, i) => {
        order(node, { kind: 'start', member: members[i]!, binary })
        await once(node, 'message')
      }),
    )
    return await saturate(nodes, seconds * 1000)
  } finally {
    const ended = nodes.map((node) => once(node, 'exit'))
    for (const node of nodes) node.disconnect()
    await Promise.all(ended)
    await rm(folder, { recursive: true, force: true })
  }
}

async function saturate(nodes: readonly ChildProcess[], ms: number): Promise<number> {
  const waiting = new Map<number, () => void>()
  nodes[0]!.on('message', (answer: BareAnswer) => {
    if (answer.kind === 'committed') for (const nonce of answer.nonces) waiting.get(nonce)?.()
  })
  const start = performance.now()
  let next = 0
  let done = 0
  await Promise.all(
    Array.from({ length: UNDER_WAY }, async () => {
      while (performance.now() - start < ms) {
        const nonce = next++
        const committed = new Promise<void>((resolve) => waiting.set(nonce, resolve))
        const bytes = concat(bigEndian(nonce, 8), randomBytes(BATCH * BARE_ITEM_BYTES))
        order(nodes[nonce % nodes.length]!, { kind: 'transaction', nonce, bytes })
        await committed
        waiting.delete(nonce)
        done += BATCH
      }
    }),
  )
  return (done / (performance.now() - start)) * 1000
}

function order(node: ChildProcess, message: BareOrder): void {
  node.send(message)
}
