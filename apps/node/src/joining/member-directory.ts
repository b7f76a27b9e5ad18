/**
 * Where the other members are. Their public parts stand in the trust policy; there each serves its own request, which its keys of that
 * policy signed, and which says where its CometBFT is. So an address needs no vote, and nobody can give another's.
 */
import { readFile } from 'node:fs/promises'
import { encodeJson, fromBase64, type JsonValue, toHex } from '@mingzheng/kernel'
import { type CometPeer, cometAddress, cometNodeId } from '@mingzheng/ledger'
import type { ConsortiumPolicy } from '@mingzheng/proof'
import { z } from 'zod'
import { parseRequest } from '../ceremony/founding.ts'
import {
  type MemberRequest,
  memberRequestSchema,
  requestDigest,
  requireHonestRequest,
  standsIn,
} from '../ceremony/member-request.ts'
import { homeLayout } from '../home/home-layout.ts'
import type { NodeConfiguration } from '../home/node-configuration.ts'
import { writeWhole } from '../home/write-whole.ts'
import { type MemberAddress, readAt } from '../http/peers.ts'

export interface DirectoryOptions {
  readonly home: string
  readonly configuration: NodeConfiguration
  /** Requests that came with the founding and with an invitation. */
  readonly requests: readonly MemberRequest[]
}

export class MemberDirectory {
  readonly #options: DirectoryOptions
  /** The newest last. */
  #requests: readonly MemberRequest[]
  readonly #addresses = new Map<string, MemberAddress>()

  private constructor(options: DirectoryOptions, requests: readonly MemberRequest[]) {
    this.#options = options
    this.#requests = requests
  }

  static async open(options: DirectoryOptions): Promise<MemberDirectory> {
    return new MemberDirectory(options, [...options.requests, ...(await readCached(options.home))])
  }

  /** The other members of a policy that say where they are reached. An address that stays is the same object. */
  addresses(policy: ConsortiumPolicy): MemberAddress[] {
    const { member, peers = {} } = this.#options.configuration
    return policy.members.flatMap(({ id, url: said }) => {
      const url = peers[id]?.url ?? said
      if (id === member || url === undefined) return []
      const known = this.#addresses.get(id)
      const address = known?.url === url ? known : { id, url }
      this.#addresses.set(id, address)
      return [address]
    })
  }

  /** Their engines, as far as they are known. */
  enginePeers(policy: ConsortiumPolicy): CometPeer[] {
    const { peers = {} } = this.#options.configuration
    return this.requestsOf(policy).map(({ member: { id }, nodeKey, consensusKey, peer }) => ({
      member: id,
      nodeId: cometNodeId(fromBase64(nodeKey)),
      address: cometAddress(fromBase64(consensusKey)),
      host: peers[id]?.host ?? peer.host,
      port: peers[id]?.port ?? peer.port,
    }))
  }

  /** The newest request of each other member of a policy. */
  requestsOf(policy: ConsortiumPolicy): MemberRequest[] {
    const own = this.#options.configuration.member
    return policy.members.flatMap(({ id }) => {
      const found = this.#requests.findLast((request) => request.member.id === id && standsIn(policy, request))
      return id === own || found === undefined ? [] : [found]
    })
  }

  /** Whether of some member of a policy it is not known where its engine is. */
  isIncomplete(policy: ConsortiumPolicy): boolean {
    return (
      this.requestsOf(policy).length <
      policy.members.filter(({ id }) => id !== this.#options.configuration.member).length
    )
  }

  /** Asks members for their requests: those of whom none is known, or all. Answers whether anything is new. */
  async learn(policy: ConsortiumPolicy, whom: 'missing' | 'all'): Promise<boolean> {
    const known = new Map(this.requestsOf(policy).map((request) => [request.member.id, toHex(requestDigest(request))]))
    const asked = this.addresses(policy).filter(({ id }) => whom === 'all' || !known.has(id))
    const answered = await Promise.all(
      asked.map(async ({ id, url }) => {
        try {
          const request = parseRequest(await readAt(`${url}/request.json`))
          requireHonestRequest(request)
          const same = known.get(id) === toHex(requestDigest(request))
          return !same && request.member.id === id && standsIn(policy, request) ? [request] : []
        } catch {
          // It is away, or serves something else: it calls this member by itself.
          return []
        }
      }),
    )
    const fresh = answered.flat()
    if (fresh.length === 0) return false
    this.#requests = [...this.#requests, ...fresh]
    const { home } = this.#options
    await writeWhole(homeLayout(home).members, encodeJson(this.requestsOf(policy) as unknown as JsonValue))
    return true
  }
}

const cached = z.array(memberRequestSchema).max(64)

/** What was learnt before; a file that cannot be read is learnt again. */
async function readCached(home: string): Promise<MemberRequest[]> {
  try {
    const requests = cached.parse(JSON.parse(await readFile(homeLayout(home).members, 'utf8')))
    for (const request of requests) requireHonestRequest(request)
    return requests
  } catch {
    return []
  }
}
