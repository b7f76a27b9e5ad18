/** Members of a chain for tests, each with a real CometBFT on this machine, in this process. */
import { createServer } from 'node:net'
import { join } from 'node:path'
import { generatePrivateKey, publicKeyOf } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { cometAddress, cometNodeId } from '../engine/cometbft/comet-configuration.ts'
import { CometEngine, type CometEngineOptions } from '../engine/cometbft/comet-engine.ts'
import type { CometHome, CometKeys } from '../engine/cometbft/comet-home.ts'
import type { Application } from '../engine/engine.ts'

export interface CometMember {
  readonly home: CometHome
  readonly keys: CometKeys
}

/** Homes of so many members that vote, each in a folder of its own below `folder`. */
export async function cometMembers(folder: string, count: number, seed: string): Promise<CometMember[]> {
  const random = seededRandom(`comet ${seed}`)
  const ports = await freePorts(count)
  const people = ports.map((port, i) => {
    const consensus = generatePrivateKey('ed25519', random)
    const node = generatePrivateKey('ed25519', random)
    return {
      member: `member-${i}`,
      port,
      keys: { consensus: consensus.secret, node: node.secret },
      publicKey: publicKeyOf(consensus).bytes,
      nodeId: cometNodeId(publicKeyOf(node).bytes),
    }
  })
  const validators = people.map(({ member, publicKey }) => ({ member, publicKey, power: 1 }))
  return people.map(({ member, port, keys }) => ({
    keys,
    home: {
      folder: join(folder, member),
      chainId: 'comet-test',
      time: Date.UTC(2026, 10, 24),
      validators,
      member,
      listen: { host: '127.0.0.1', port },
      peers: people
        .filter((other) => other.member !== member)
        .map((other) => ({
          member: other.member,
          nodeId: other.nodeId,
          host: '127.0.0.1',
          port: other.port,
          address: cometAddress(other.publicKey),
        })),
    },
  }))
}

/** An engine that hurries, as tests need it. */
export async function startComet(
  member: CometMember,
  binary: string,
  application: Application,
  rest: Partial<CometEngineOptions> = {},
): Promise<CometEngine> {
  const engine = new CometEngine({
    ...member,
    binary,
    ...rest,
    tuning: { retryMs: 20, watchMs: 100, restartMs: 50, ...rest.tuning },
  })
  await engine.start(application)
  return engine
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject)
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
