/** Opens a member's ledger in its home: keys, founding, engine, gateway, witness, in this order; closes them in reverse. */
import { readFile } from 'node:fs/promises'
import { type Clock, digest, equalBytes, Failure, fromBase64, toHex } from '@mingzheng/kernel'
import {
  CometEngine,
  type Contract,
  cometAddress,
  cometNodeId,
  genesisDigest,
  type MemberLedger,
  openLedger,
} from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import type { Logger } from 'pino'
import { type Founding, parseFounding, parseRequest, requireComplete, requireMine } from '../ceremony/founding.ts'
import { consortiumContracts } from '../contracts.ts'
import { homeLayout } from '../home/home-layout.ts'
import { type MemberKeys, openMemberKeys } from '../home/member-keys.ts'
import { type NodeConfiguration, readNodeConfiguration } from '../home/node-configuration.ts'
import { askHeights, askPositions, type MemberAddress, witnessPeer } from '../http/peers.ts'
import { outsideWitness } from '../http/witness-part.ts'
import { announce } from './announce.ts'

export interface OpenNodeOptions {
  readonly home: string
  /** Absolute path of `cometbft`. */
  readonly cometbft: string
  readonly clock: Clock
  readonly elapsed: () => number
  readonly logger: Logger
}

/** A member that runs. */
export interface OpenNode {
  readonly home: string
  readonly configuration: NodeConfiguration
  readonly founding: Founding
  /** In force now. */
  readonly policy: ConsortiumPolicy
  readonly keys: MemberKeys
  readonly ledger: MemberLedger
  readonly engine: CometEngine
  /** Installed here. */
  readonly contracts: readonly Contract[]
  /** The other members that say where they are reached. */
  readonly others: readonly MemberAddress[]
  close(): Promise<void>
}

/** Throws `configuration-wrong`, `founding-*`, `key-*`, `engine-*`, and what `openLedger` throws. */
export async function openNode(options: OpenNodeOptions): Promise<OpenNode> {
  const { home, clock, elapsed, logger } = options
  const layout = homeLayout(home)
  const configuration = await readNodeConfiguration(home)
  const founding = await readFounding(home)
  const { genesis, requests } = founding
  const { policy } = genesis
  if (policy.version !== 2) throw new Failure('genesis-malformed', 'a consortium begins with a policy of version 2')
  const keys = await openMemberKeys(home)
  const me = requests.find(({ member }) => member.id === configuration.member)
  if (me === undefined || !equalBytes(fromBase64(me.nodeKey), keys.node.publicKey.bytes)) {
    throw new Failure('founding-not-mine', 'the keys of this home are not those of its member', {
      remedy: 'restore keys, master.secret and founding.json from the same backup',
    })
  }
  const given = configuration.peers ?? {}
  const others = requests.flatMap(({ member: { id, url } }) => {
    const at = given[id]?.url ?? url
    return id === configuration.member || at === undefined ? [] : [{ id, url: at }]
  })
  const engine = new CometEngine({
    home: {
      folder: layout.comet,
      chainId: genesis.engine.chainId,
      time: genesis.time,
      validators: genesis.engine.validators.map(({ member, publicKey, power }) => ({
        member,
        publicKey: fromBase64(publicKey),
        power,
      })),
      member: configuration.member,
      listen: configuration.engine,
      peers: requests
        .filter(({ member }) => member.id !== configuration.member)
        .map(({ member, nodeKey, consensusKey, peer }) => ({
          member: member.id,
          nodeId: cometNodeId(fromBase64(nodeKey)),
          address: cometAddress(fromBase64(consensusKey)),
          host: given[member.id]?.host ?? peer.host,
          port: given[member.id]?.port ?? peer.port,
        })),
    },
    binary: options.cometbft,
    keys: keys.engineSecrets,
    peerPositions: (from) => askPositions(others, from),
    peerHeights: () => askHeights(others),
    log: ({ level, message }) => logger[level](message),
    halted: ({ code, detail }) => logger.fatal({ code }, detail),
    misbehaved: ({ kind, address, height }) => {
      logger.fatal({ kind, address: toHex(address), height }, 'a member voted twice; it stands on the ledger')
    },
  })
  const { contracts, authorise } = consortiumContracts(genesis)
  let opened: MemberLedger | null = null
  const ledger = await openLedger({
    folder: layout.ledger,
    origin: genesis.origin,
    keys: keys.ledger,
    policy,
    contracts,
    authorise,
    clock,
    elapsed,
    ...(genesis.previous === null ? {} : { previousCheckpoint: genesis.previous }),
    founding: { time: genesis.time, digest: genesisDigest(genesis), contracts: genesis.contracts },
    engine,
    peers: others.map(witnessPeer),
    outside: outsideWitness,
    onEquivocation: ({ bytes, equivocation }) => {
      logger.fatal(
        { members: equivocation.members.map(({ id }) => id) },
        'a member signed another log; the evidence goes on the ledger',
      )
      // The same evidence is the same item, whoever finds it first.
      const id = digest('sha256', bytes).slice(0, 16)
      const item = { id, contract: 'governance', method: 'equivocation', arguments: { e: bytes } }
      opened
        ?.submit([item])
        .catch((error: unknown) => logger.error({ err: error }, 'the evidence is not on the ledger yet'))
    },
  })
  opened = ledger
  announce(ledger, configuration.member, contracts).catch((error: unknown) =>
    logger.error({ err: error }, 'what this member runs is not announced yet'),
  )
  return {
    home,
    configuration,
    founding,
    // A consortium's policies are all of version 2: governance enacts no other.
    get policy() {
      return ledger.policy as ConsortiumPolicy
    },
    keys,
    ledger,
    engine,
    contracts,
    others,
    close: () => ledger.close(),
  }
}

/** The founding of a home, checked again: approved by all, and holding this home's own request unchanged. */
export async function readFounding(home: string): Promise<Founding> {
  const layout = homeLayout(home)
  const founding = parseFounding(await readOwn(layout.founding, './mingzheng consortium accept FOUNDING'))
  requireComplete(founding)
  requireMine(founding, parseRequest(await readOwn(layout.request, './mingzheng consortium join')))
  return founding
}

async function readOwn(path: string, remedy: string) {
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw new Failure('home-incomplete', `${path} cannot be read: ${(cause as Error).message}`, { cause, remedy })
  }
}
