/** Members' witnesses in one process over a network that a test commands; every node's log holds what the test appends to it. */
import type { Bytes } from '@mingzheng/kernel'
import { createTestConsortium, type TestConsortium } from '@mingzheng/proof/testing'
import { Log } from '../log/log.ts'
import type { WitnessedCheckpoint } from '../log/prove.ts'
import type { FoundEquivocation } from '../witness/equivocation-files.ts'
import type { OutsideWitness } from '../witness/outside-witness.ts'
import type { WitnessPeer } from '../witness/peer-link.ts'
import { type PolicyLinkCheckpoint, Witness } from '../witness.ts'
import { MemoryFiles } from './memory-files.ts'

export interface TestWitness {
  readonly id: string
  readonly log: Log
  readonly files: MemoryFiles
  witness: Witness
  /** Believed checkpoints in the order in which they came. */
  readonly believed: WitnessedCheckpoint[]
  readonly found: FoundEquivocation[]
  readonly links: PolicyLinkCheckpoint[]
  stalled: string | null
  /** Appends entries and offers the new size, as a commit does. */
  commit(...entries: Bytes[]): void
  /** Closes the witness and opens it anew over what its files hold. */
  restart(): Promise<void>
}

export type Carry = (from: string, to: string, message: Bytes) => Promise<void>

export interface TestWitnessesOptions {
  readonly consortium?: TestConsortium
  readonly ids?: readonly string[]
  /** How messages travel: throw to lose one, wait to delay it. Default: at once. */
  readonly carry?: Carry
  readonly retryMs?: number
  /** The public witness that a member reaches. */
  readonly outside?: (id: string) => OutsideWitness | null
}

/** Started witnesses of a test consortium. */
export async function testWitnesses(options: TestWitnessesOptions = {}): Promise<Map<string, TestWitness>> {
  const consortium = options.consortium ?? createTestConsortium()
  const ids = options.ids ?? consortium.policy.members.map(({ id }) => id)
  const carry: Carry = options.carry ?? (async () => undefined)
  const nodes = new Map<string, TestWitness>()
  const peer = (from: string, to: string): WitnessPeer => ({
    id: to,
    async send(message) {
      await carry(from, to, message)
      nodes.get(to)!.witness.receive(message)
    },
    async pull(size) {
      const message = nodes.get(to)!.witness.exchange.answer(size)
      await carry(to, from, message)
      return message
    },
  })
  for (const id of ids) {
    const files = new MemoryFiles()
    const log = new Log({ files, folder: `/${id}/log`, retryMs: 5, faulty: () => undefined }, EMPTY)
    const open = () =>
      new Witness({
        policy: consortium.policy,
        signers: consortium.signersOf(id),
        log,
        files,
        folder: `/${id}/witness`,
        peers: ids.filter((other) => other !== id).map((other) => peer(id, other)),
        outside: () => options.outside?.(id) ?? null,
        outsideMs: 5,
        mayNotSign: () => null,
        witnessed: (checkpoint) => node.believed.push(checkpoint),
        equivocation: (found) => node.found.push(found),
        linked: (link) => node.links.push(link),
        stalled: (reason) => {
          node.stalled = reason?.code ?? null
        },
        retryMs: options.retryMs ?? 20,
      })
    const node: TestWitness = {
      id,
      log,
      files,
      witness: open(),
      believed: [],
      found: [],
      links: [],
      stalled: null,
      commit(...entries) {
        for (const entry of entries) log.append(entry)
        node.witness.offer(headsOf(log))
      },
      async restart() {
        await node.witness.close()
        node.witness = open()
        await node.witness.start()
        if (log.size > 0) node.witness.offer(headsOf(log))
      },
    }
    nodes.set(id, node)
  }
  for (const node of nodes.values()) await node.witness.start()
  return nodes
}

const EMPTY = { size: 0, sha256: [], sm3: [] }

function headsOf(log: Log) {
  return { size: log.size, root: { sha256: log.trees.sha256.root(), sm3: log.trees.sm3.root() } }
}
