/**
 * A member's second node, as a thief of its keys or a careless operator runs it: the same consensus key votes twice. Its clock is ten
 * minutes off, so that it votes for nothing that the first one votes for.
 */
import { join } from 'node:path'
import { fromBase64 } from '@mingzheng/kernel'
import { CometEngine, cometAddress, cometNodeId, genesisDigest, type MemberLedger, openLedger } from '@mingzheng/ledger'
import { consortiumContracts } from '../../apps/node/src/contracts.ts'
import { openMemberKeys } from '../../apps/node/src/home/member-keys.ts'
import { freePorts } from '../../apps/node/src/local/free-ports.ts'
import { readFounding } from '../../apps/node/src/run/open-node.ts'
import { toolPath } from '../capability.ts'
import type { FiveNodes, MemberId } from './five-nodes.ts'

const OFF_MS = 600_000

/** Opens it with the keys of `id` in a folder of its own; it fetches all blocks, then votes. Whoever opens it closes it. */
export async function openTwin(five: FiveNodes, id: MemberId): Promise<MemberLedger> {
  const { genesis, requests } = await readFounding(five.home(id))
  const keys = await openMemberKeys(five.home(id))
  const folder = join(five.folder, `twin of ${id}`)
  const [port] = await freePorts(1)
  const engine = new CometEngine({
    home: {
      folder: join(folder, 'comet'),
      chainId: genesis.engine.chainId,
      time: genesis.time,
      validators: genesis.engine.validators.map((one) => ({ ...one, publicKey: fromBase64(one.publicKey) })),
      member: id,
      listen: { host: '127.0.0.1', port: port! },
      peers: requests
        .filter(({ member }) => member.id !== id)
        .map(({ member, nodeKey, consensusKey, peer }) => ({
          member: member.id,
          nodeId: cometNodeId(fromBase64(nodeKey)),
          address: cometAddress(fromBase64(consensusKey)),
          ...peer,
        })),
    },
    binary: toolPath('cometbft'),
    // Another node key: two nodes of one name would not be let in beside each other.
    keys: { ...keys.engineSecrets, node: keys.secretFor('twin') },
  })
  return openLedger({
    folder: join(folder, 'ledger'),
    origin: genesis.origin,
    keys: keys.ledger,
    policy: genesis.policy,
    ...consortiumContracts(genesis),
    clock: { now: () => Date.now() + OFF_MS },
    founding: { time: genesis.time, digest: genesisDigest(genesis), contracts: genesis.contracts },
    engine,
  })
}
