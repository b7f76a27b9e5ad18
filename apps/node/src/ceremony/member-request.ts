/** What a member says of itself to found or join a consortium: public keys, and a signature by each. docs/formats/genesis.md */
import {
  type Bytes,
  concat,
  digest,
  encodeJson,
  fromBase64,
  fromHex,
  type JsonValue,
  type PublicKey,
  type Signer,
  toBase64,
  toHex,
  utf8,
  verifySignature,
} from '@mingzheng/kernel'
import {
  type ConsortiumMember,
  formatVerifierKey,
  type MemberRole,
  makeVerifierKey,
  parseVerifierKey,
  SM3_ORIGIN_SUFFIX,
  type TrustPolicy,
} from '@mingzheng/proof'
import { z } from 'zod'
import type { MemberKeys } from '../home/member-keys.ts'
import { ceremonyFailure } from './ceremony-failure.ts'

const key = z.base64().length(44)
const signature = z.base64().length(88)
const SIGNED = ['cosignerKey', 'sm2Key', 'logKey', 'sm2LogKey', 'gatewayKey', 'consensusKey', 'nodeKey'] as const
type SignedKey = (typeof SIGNED)[number]
const words = z.strictObject({ zh: z.string().min(1).max(200), en: z.string().min(1).max(200) })
const text = z.string().min(1).max(500)

export const memberRequestSchema = z.strictObject({
  version: z.literal(1),
  /** As it stands in the policy; `parsePolicy` judges it whole. */
  member: z.strictObject({
    id: text,
    name: words,
    role: z.enum(['regulator', 'court', 'notary', 'forensic', 'ca']),
    cosignerKey: text,
    sm2Key: text,
    independent: z.boolean(),
    logKey: text,
    sm2LogKey: text,
    url: text.optional(),
    boxKey: text.optional(),
    gatewayKey: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  consensusKey: key,
  nodeKey: key,
  /** Where its CometBFT is reached. */
  peer: z.strictObject({ host: z.string().min(1).max(255), port: z.number().int().min(1).max(65535) }),
  signatures: z.strictObject({
    cosignerKey: signature,
    sm2Key: signature,
    logKey: signature,
    sm2LogKey: signature,
    gatewayKey: signature,
    consensusKey: signature,
    nodeKey: signature,
  }),
})
export type MemberRequest = z.infer<typeof memberRequestSchema>

const DOMAIN = utf8('mingzheng member request v1\n')

/** What an organisation decides about itself. */
export interface MemberWords {
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly role: MemberRole
  readonly independent: boolean
  /** The log that it will keep. */
  readonly origin: string
  readonly url?: string
  readonly boxKey?: string
  readonly peer: { readonly host: string; readonly port: number }
}

export async function makeRequest(keys: MemberKeys, given: MemberWords): Promise<MemberRequest> {
  const { id, name, role, independent, origin, url, boxKey, peer } = given
  const { gateway, log, sm2Log, member, sm2Member } = keys.ledger
  const vkey = (kind: 'ed25519' | 'cosignature' | 'sm2', called: string, { publicKey }: Signer) =>
    formatVerifierKey(makeVerifierKey(kind, called, publicKey))
  const cosigner = `${origin}/${id}`
  const said: Omit<MemberRequest, 'signatures'> = {
    version: 1,
    member: {
      id,
      name,
      role,
      cosignerKey: vkey('cosignature', cosigner, member),
      sm2Key: vkey('sm2', cosigner, sm2Member),
      independent,
      logKey: vkey('ed25519', origin, log),
      sm2LogKey: vkey('sm2', origin + SM3_ORIGIN_SUFFIX, sm2Log),
      ...(url === undefined ? {} : { url }),
      ...(boxKey === undefined ? {} : { boxKey }),
      gatewayKey: toHex(gateway.publicKey.bytes),
    },
    consensusKey: toBase64(keys.consensus.publicKey.bytes),
    nodeKey: toBase64(keys.node.publicKey.bytes),
    peer,
  }
  const message = messageOf(said)
  const signers: Record<SignedKey, Signer> = {
    cosignerKey: member,
    sm2Key: sm2Member,
    logKey: log,
    sm2LogKey: sm2Log,
    gatewayKey: gateway,
    consensusKey: keys.consensus,
    nodeKey: keys.node,
  }
  const made = await Promise.all(
    SIGNED.map(async (name) => [name, toBase64(await signers[name].sign(message))] as const),
  )
  return { ...said, signatures: Object.fromEntries(made) as MemberRequest['signatures'] }
}

/** Throws `founding-request-forged` unless every key of the request signed it. */
export function requireHonestRequest(request: MemberRequest): void {
  const { signatures, ...said } = request
  const message = messageOf(said)
  for (const name of SIGNED) {
    let holds = false
    try {
      holds = verifySignature(keyOf(request, name), message, fromBase64(signatures[name]))
    } catch {
      holds = false
    }
    if (holds) continue
    throw ceremonyFailure('founding-request-forged', `the request of ${request.member.id}: ${name} did not sign it`, {
      field: `signatures.${name}`,
      remedy: 'ask that member for its request.json again, over another way',
    })
  }
}

/** SHA-256 of the whole request. */
export function requestDigest(request: MemberRequest): Bytes {
  return digest('sha256', encodeJson(request as JsonValue))
}

/** Whether the policy has the member with the keys of its request; names and addresses may have changed. */
export function standsIn(policy: TrustPolicy, request: MemberRequest): boolean {
  if (policy.version !== 2) return false
  const member = policy.members.find(({ id }) => id === request.member.id)
  if (member === undefined) return false
  const { cosignerKey, sm2Key, logKey, sm2LogKey, gatewayKey } = request.member
  return (
    member.cosignerKey === cosignerKey &&
    member.sm2Key === sm2Key &&
    member.logKey === logKey &&
    member.sm2LogKey === sm2LogKey &&
    member.gatewayKey === gatewayKey
  )
}

/** What people read out to each other before they vote on a member: 32 hexadecimal digits over what it says of itself and its consensus key. */
export function fingerprint(member: object, consensusKey: Bytes): string {
  const said = { member, consensusKey: toBase64(consensusKey) }
  const whole = digest('sha256', concat(utf8('mingzheng member v1\n'), encodeJson(said as unknown as JsonValue)))
  return toHex(whole.slice(0, 16))
}

/** Every public key of a request, to find keys that two members claim. */
export function keysOf(request: MemberRequest): string[] {
  return SIGNED.map((name) => toHex(keyOf(request, name).bytes))
}

/** The member as the policy has it. */
export function policyMember(request: MemberRequest): ConsortiumMember {
  return request.member as ConsortiumMember
}

function keyOf(request: MemberRequest, name: SignedKey): PublicKey {
  const { member, consensusKey, nodeKey } = request
  switch (name) {
    case 'gatewayKey':
      return { algorithm: 'ed25519', bytes: fromHex(member.gatewayKey) }
    case 'consensusKey':
      return { algorithm: 'ed25519', bytes: fromBase64(consensusKey) }
    case 'nodeKey':
      return { algorithm: 'ed25519', bytes: fromBase64(nodeKey) }
    default:
      return parseVerifierKey(member[name]).publicKey
  }
}

function messageOf(said: Omit<MemberRequest, 'signatures'>): Bytes {
  return concat(DOMAIN, encodeJson(said as JsonValue))
}
