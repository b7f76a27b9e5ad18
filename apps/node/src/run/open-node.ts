/** Opens a member's ledger in its home: keys, founding, engine, gateway, witness, in this order; closes them in reverse. */
import { readFile } from 'node:fs/promises'
import { type Clock, digest, equalBytes, Failure, fromBase64, toHex } from '@mingzheng/kernel'
import { CometEngine, type Contract, genesisDigest, type MemberLedger, openLedger } from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import type { Logger } from 'pino'
import { type Founding, parseFounding, requireComplete, requireMine } from '../ceremony/founding.ts'
import { ownRequest } from '../ceremony/make-home.ts'
import { consortiumContracts } from '../contracts.ts'
import { homeLayout } from '../home/home-layout.ts'
import { type MemberKeys, openMemberKeys } from '../home/member-keys.ts'
import { type NodeConfiguration, readNodeConfiguration } from '../home/node-configuration.ts'
import { askHeights, askPositions, type MemberAddress, witnessPeer } from '../http/peers.ts'
import { outsideWitness } from '../http/witness-part.ts'
import { MemberFollower } from '../joining/follow-members.ts'
import { readInvitation, requireNamed } from '../joining/invitation.ts'
import { joinRunning } from '../joining/join-running.ts'
import { endJoining, readJoining } from '../joining/joining-mark.ts'
import { MemberDirectory } from '../joining/member-directory.ts'
import { announce } from './announce.ts'

export interface OpenNodeOptions {
  readonly home: string
  /** Absolute path of `cometbft`. */
  readonly cometbft: string
  readonly clock: Clock
  readonly elapsed: () => number
  readonly logger: Logger
  /** What is being done while the home takes its state from the others, for people. */
  readonly progress?: (words: { readonly zh: string; readonly en: string }) => void
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
  /** What the other members say of themselves. */
  readonly directory: MemberDirectory
  close(): Promise<void>
}

/** Throws `configuration-wrong`, `founding-*`, `key-*`, `engine-*`, and what `openLedger` throws. */
export async function openNode(options: OpenNodeOptions): Promise<OpenNode> {
  const { home, clock, elapsed, logger } = options
  const layout = homeLayout(home)
  const configuration = await readNodeConfiguration(home)
  const founding = await readFounding(home)
  const { genesis } = founding
  if (genesis.policy.version !== 2) {
    throw new Failure('genesis-malformed', 'a consortium begins with a policy of version 2')
  }
  const keys = await openMemberKeys(home)
  const me = await ownRequest(home)
  if (!equalBytes(fromBase64(me.nodeKey), keys.node.publicKey.bytes)) {
    throw new Failure('founding-not-mine', 'the keys of this home are not those of its member', {
      remedy: 'restore keys, master.secret, request.json and founding.json from the same backup',
    })
  }
  const invitation = await readInvitation(home)
  const requests = [...founding.requests, ...(invitation?.members ?? [])]
  const directory = await MemberDirectory.open({ home, configuration, requests })
  const joining = await readJoining(home)
  const progress = options.progress ?? (() => undefined)
  const chain = invitation?.chain ?? null
  const begun =
    joining === null ? null : await joinRunning({ home, founding, own: me, chain, directory, logger, progress })
  // Until the ledger is open; what it says itself counts from then on.
  const known = begun?.policy ?? invitation?.policy ?? genesis.policy
  const inForce = (): ConsortiumPolicy => (opened?.policy as ConsortiumPolicy | undefined) ?? known
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
      peers: directory.enginePeers(known),
      ...(begun?.stateSync === undefined ? {} : { stateSync: begun.stateSync }),
    },
    binary: options.cometbft,
    keys: keys.engineSecrets,
    peerPositions: (from) => askPositions(directory.addresses(inForce()), from),
    peerHeights: () => askHeights(directory.addresses(inForce())),
    log: ({ level, message }) => logger[level](message),
    halted: ({ code, detail }) => logger.fatal({ code }, detail),
    misbehaved: ({ kind, address, height }) => {
      logger.fatal({ kind, address: toHex(address), height }, 'a member voted twice; it stands on the ledger')
    },
  })
  const { contracts, authorise } = consortiumContracts(genesis)
  let last: ConsortiumPolicy = known
  let opened: MemberLedger | null = null
  let follower: MemberFollower | null = null
  const taking = (done: number, chunks: number) =>
    progress({ zh: `正在接收快照：${done} / ${chunks}`, en: `taking over a snapshot: ${done} of ${chunks} parts` })
  const ledger = await openLedger({
    folder: layout.ledger,
    origin: genesis.origin,
    keys: keys.ledger,
    policy: genesis.policy,
    contracts,
    authorise,
    clock,
    elapsed,
    ...(genesis.previous === null ? {} : { previousCheckpoint: genesis.previous }),
    founding: { time: genesis.time, digest: genesisDigest(genesis), contracts: genesis.contracts },
    engine,
    peers: directory.addresses(known).map(witnessPeer),
    ...(begun === null ? {} : { joining: { policyChain: begun.policyChain, taking } }),
    onPolicy: (policy) => {
      const former = last
      last = policy as ConsortiumPolicy
      follower?.changed(former, last)
    },
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
  last = ledger.policy as ConsortiumPolicy
  await endJoining(home)
  const following = new MemberFollower({
    ledger,
    engine,
    directory,
    member: configuration.member,
    announceAgain: () => announce(ledger, configuration.member, contracts, true),
    logger,
  })
  follower = following
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
    get others() {
      return directory.addresses(inForce())
    },
    directory,
    close: async () => {
      await following.close()
      await ledger.close()
    },
  }
}

/**
 * The founding of a home, checked again: approved by all, and holding this home's own request unchanged, or with an invitation that leads to
 * a policy with its keys. Throws `founding-*`, `invitation-*`, `home-incomplete`.
 */
export async function readFounding(home: string): Promise<Founding> {
  const layout = homeLayout(home)
  const founding = parseFounding(await readOwn(layout.founding, './mingzheng consortium accept FOUNDING'))
  requireComplete(founding)
  const own = await ownRequest(home)
  const invitation = await readInvitation(home)
  if (invitation === null) requireMine(founding, own)
  else requireNamed(invitation.policy, own)
  return founding
}

async function readOwn(path: string, remedy: string) {
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw new Failure('home-incomplete', `${path} cannot be read: ${(cause as Error).message}`, { cause, remedy })
  }
}
