/** `consortium admit`, `rotate`, `expel`, `invite`, `rejoin`: how members come, change their keys, go, and come back. */
import { stat } from 'node:fs/promises'
import { type Bytes, fromBase64, toHex } from '@mingzheng/kernel'
import type { HttpLedger } from '@mingzheng/ledger'
import { type ConsortiumPolicy, policyId } from '@mingzheng/proof'
import { ceremonyFailure } from '../ceremony/ceremony-failure.ts'
import { acceptInvitation, ownRequest } from '../ceremony/make-home.ts'
import {
  fingerprint,
  keysOf,
  type MemberRequest,
  policyMember,
  requireHonestRequest,
} from '../ceremony/member-request.ts'
import { homeLayout } from '../home/home-layout.ts'
import { readNodeConfiguration } from '../home/node-configuration.ts'
import { encodeInvitation, parseInvitation, readInvitation } from '../joining/invitation.ts'
import { writeJoining } from '../joining/joining-mark.ts'
import { MemberDirectory } from '../joining/member-directory.ts'
import { readFounding } from '../run/open-node.ts'
import { proposePolicy } from './govern.ts'
import { reachOwnNode } from './own-node.ts'
import { say, type Terminal } from './words.ts'

/** Proposes to admit who made a request. Throws `founding-request-forged`, `request-*`, `ledger-*`. */
export function admit(terminal: Terminal, home: string, request: MemberRequest): Promise<void> {
  return propose(terminal, home, 'admit', request)
}

/** Proposes a member's new keys, name or address. Throws as `admit` does. */
export function rotate(terminal: Terminal, home: string, request: MemberRequest): Promise<void> {
  return propose(terminal, home, 'rotate', request)
}

async function propose(terminal: Terminal, home: string, kind: 'admit' | 'rotate', request: MemberRequest) {
  requireHonestRequest(request)
  const { ledger } = await reachOwnNode(home)
  try {
    const former = ledger.policy as ConsortiumPolicy
    requireFor(kind, former, request)
    const member = policyMember(request)
    const others = former.members.filter(({ id }) => id !== member.id)
    const members =
      kind === 'admit' ? [...others, member] : former.members.map((one) => (one.id === member.id ? member : one))
    const next: ConsortiumPolicy = { ...former, former: policyId(former), members }
    const consensusKey = fromBase64(request.consensusKey)
    const id = toHex(await proposePolicy(ledger, next, { k: kind, m: member.id, x: consensusKey }))
    const mark = fingerprint(member, consensusKey)
    const words = { admit: { zh: '加入', en: 'admit' }, rotate: { zh: '更换密钥', en: 'change the keys of' } }[kind]
    say(terminal, {
      zh: `已提议${words.zh} ${member.id}，指纹 ${mark}。其他成员核对指纹后表决：./mingzheng consortium vote ${id} yes`,
      en: `it is proposed to ${words.en} ${member.id}, fingerprint ${mark}. The others compare it and vote: ./mingzheng consortium vote ${id} yes`,
    })
  } finally {
    await ledger.close()
  }
}

/** Whether the request is one of this ledger, and of somebody new or known, as its kind asks. */
function requireFor(kind: 'admit' | 'rotate', policy: ConsortiumPolicy, request: MemberRequest): void {
  const { id, cosignerKey } = request.member
  // A key's name begins with the origin for which it was made.
  if (!cosignerKey.startsWith(`${policy.origin}/${id}+`)) {
    throw ceremonyFailure('request-other-ledger', `the request of ${id} is for another ledger than ${policy.origin}`, {
      field: 'member.cosignerKey',
      remedy: `./mingzheng consortium join ... --origin ${policy.origin}`,
    })
  }
  const isMember = policy.members.some((member) => member.id === id)
  if (kind === 'rotate' && !isMember) {
    throw ceremonyFailure('request-member-unknown', `there is no member ${id}`, {
      remedy: './mingzheng consortium admit REQUEST',
    })
  }
  const claimed = new Set(keysOf(request))
  const taken = policy.members.find((member) => {
    return (kind === 'admit' || member.id !== id) && claimed.has(member.gatewayKey ?? '')
  })
  if (kind === 'admit' && isMember) throw known(`${id} is a member already`, './mingzheng consortium rotate REQUEST')
  if (taken !== undefined)
    throw known(`a key of the request is that of ${taken.id}`, 'ask for a request with keys of its own')
}

function known(what: string, remedy: string) {
  return ceremonyFailure('request-member-known', what, { field: 'member', remedy })
}

/** What a newcomer begins with: the founding, the policies since, and where the members are. Throws `ledger-unreachable`. */
export async function invite(home: string): Promise<Bytes> {
  const founding = await readFounding(home)
  const joined = await readInvitation(home)
  const configuration = await readNodeConfiguration(home)
  const { ledger } = await reachOwnNode(home)
  try {
    const policy = ledger.policy as ConsortiumPolicy
    const chain = await policyChain(ledger)
    const own = await ownRequest(home)
    const requests = [...founding.requests, ...(joined?.members ?? [])]
    const directory = await MemberDirectory.open({ home, configuration, requests })
    const invitation = { founding, chain, members: [...directory.requestsOf(policy), own] }
    const bytes = encodeInvitation(invitation)
    parseInvitation(bytes)
    return bytes
  } finally {
    await ledger.close()
  }
}

async function policyChain(ledger: HttpLedger): Promise<Bytes | null> {
  const file = await ledger.serve('policy-chain.json')
  return file === null || file.status !== 200 ? null : file.body
}

/**
 * Has a home whose ledger is lost take it from the others at its next start. Its keys are here, from a backup. Throws
 * `home-holds-ledger`, `founding-*`.
 */
export async function rejoin(terminal: Terminal, home: string): Promise<void> {
  await readFounding(home)
  const { ledger } = homeLayout(home)
  if ((await stat(ledger).catch(() => null)) !== null) {
    throw ceremonyFailure('home-holds-ledger', `${ledger} is there: a node starts with what it has`, {
      remedy: 'if it is damaged, move it away first',
    })
  }
  await writeJoining(home, 'returned')
  say(terminal, {
    zh: `${home} 将在下次启动时从其他成员取回账本。`,
    en: `${home} takes the ledger from the other members at its next start.`,
  })
}

/** Takes an invitation into the home of a newcomer. */
export async function acceptInvited(terminal: Terminal, home: string, bytes: Bytes): Promise<void> {
  const invitation = parseInvitation(bytes)
  await acceptInvitation(home, invitation, bytes)
  say(terminal, {
    zh: `${home} 已持邀请。启动节点后，它从其他成员取得账本，再开始见证。`,
    en: `${home} holds the invitation. Once its node is started it takes the ledger from the other members, then witnesses.`,
  })
}
