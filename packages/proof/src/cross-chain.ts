/**
 * That an entry of one ledger stands below a checkpoint which another ledger recorded: `proof/cross-chain.json`, or a file beside
 * the package. Believed by whoever has pinned the other ledger's policy. Canonical JSON; docs/formats/cross-chain.md.
 */
import {
  type Bytes,
  decodeJson,
  encodeJson,
  fromBase64,
  isRefusal,
  type JsonValue,
  type Refusal,
  refuse,
  toBase64,
} from '@mingzheng/kernel'
import { z } from 'zod'
import { parseSignedCheckpoint } from './checkpoint/checkpoint.ts'
import { parseHash } from './checkpoint/hash-text.ts'
import { parseTlogProof } from './checkpoint/tlog-proof.ts'
import { decodeEntry } from './entry.ts'
import { formatFailure } from './format-failure.ts'
import { merkleHash } from './merkle/merkle-hash.ts'
import { verifyInclusion } from './merkle/verify-proof.ts'
import { type Profile, policyId } from './policy.ts'
import { decodePolicyChain, encodePolicyChain, type PolicyLink } from './policy-chain.ts'
import { createHistoryVerifier, followChains, type HistoryVerification, singleHistory } from './policy-history.ts'
import type { TrustPolicy } from './policy-schema.ts'

/** Kind of the entry by which a ledger records another's checkpoint. */
export const CHAIN_CHECKPOINT_KIND = 'chains.checkpoint'

export interface CrossChainFile {
  /** Index of the proven entry in its own ledger. */
  readonly index: number
  /** The entry by which the other ledger records a checkpoint, and its receipts in that ledger's two trees. */
  readonly record: { readonly entry: Bytes; readonly receipt: string; readonly receiptSm3: string }
  /** From the proven entry to the recorded roots. */
  readonly path: { readonly [profile in Profile]: readonly Bytes[] }
  /** Changes of the other ledger's policy. */
  readonly chain?: readonly PolicyLink[]
}

/** What the other ledger proves. */
export interface CrossChainProof {
  /** The ledger that recorded. */
  readonly origin: string
  readonly policy: TrustPolicy
  /** Of its entry; ledger time there, milliseconds. */
  readonly index: number
  readonly time: number
  /** Entries of the proven entry's ledger under the recorded checkpoint. */
  readonly size: number
  /** Who witnessed the record, in the other ledger's SHA-256 tree. */
  readonly signers: HistoryVerification['signers']
}

export type CrossChainCode =
  | 'cross-chain-other'
  | 'cross-chain-not-included'
  | 'cross-chain-unsigned'
  | 'policy-not-pinned'

const receipt = z.string().min(1).max(65_536)
const hashes = z.array(z.string().max(64)).max(63)
const schema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('cross-chain'),
  index: z.number().int().min(0),
  record: z.strictObject({ entry: z.string().max(32_768), receipt, receiptSm3: receipt }),
  path: z.strictObject({ sha256: hashes, sm3: hashes }),
  chain: z.json().optional(),
})

/** Canonical JSON. Throws `cross-chain-malformed`. */
export function encodeCrossChain({ index, record, path, chain }: CrossChainFile): Bytes {
  const bytes = encodeJson({
    version: 1,
    kind: 'cross-chain',
    index,
    record: { ...record, entry: toBase64(record.entry) },
    path: { sha256: path.sha256.map(toBase64), sm3: path.sm3.map(toBase64) },
    ...(chain === undefined ? {} : { chain: decodeJson(encodePolicyChain(chain)) }),
  } as JsonValue)
  decodeCrossChain(bytes)
  return bytes
}

/** Reads one strictly; believes nothing of it. Throws `cross-chain-malformed`. */
export function decodeCrossChain(bytes: Bytes): CrossChainFile {
  try {
    const { index, record, path, chain } = schema.parse(decodeJson(bytes))
    const hash = (text: string) => parseHash(text, 'proof-malformed')
    const entry = fromBase64(record.entry)
    if (toBase64(entry) !== record.entry) throw new Error('the base64 has a second spelling')
    decodeEntry(entry)
    return {
      index,
      record: { ...record, entry },
      path: { sha256: path.sha256.map(hash), sm3: path.sm3.map(hash) },
      ...(chain === undefined ? {} : { chain: decodePolicyChain(encodeJson(chain as JsonValue)) }),
    }
  } catch (cause) {
    throw formatFailure('cross-chain-malformed', 'the cross-chain proof is not as its format says', { cause })
  }
}

/** Whether bytes say that they are one. */
export function isCrossChain(bytes: Bytes): boolean {
  // Canonical JSON has its members in order, so that the kind stands near the beginning only where nothing longer comes before it.
  if (bytes[0] !== 0x7b) return false
  try {
    const value = decodeJson(bytes)
    return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'cross-chain'
  } catch {
    return false
  }
}

export interface CrossChainSubject {
  /** Canonical bytes of the proven entry. */
  readonly entry: Bytes
  /** Of its ledger. */
  readonly origin: string
  readonly index: number
}

/** What a cross-chain proof says of an entry to one who pinned `pinned`. Never throws for a bad proof. */
export function verifyCrossChain(
  { entry, origin, index }: CrossChainSubject,
  file: CrossChainFile,
  pinned: readonly TrustPolicy[],
  chains: readonly (readonly PolicyLink[])[] = [],
): CrossChainProof | Refusal<CrossChainCode> {
  const { kind, body, time } = decodeEntry(file.record.entry)
  const { o, z: size, r, u } = body
  const isRecord = kind === CHAIN_CHECKPOINT_KIND && o === origin && typeof size === 'number'
  if (!isRecord || !(r instanceof Uint8Array) || !(u instanceof Uint8Array) || file.index !== index) {
    return refuse('cross-chain-other', 'the record is of another ledger or entry')
  }
  for (const [profile, root] of [
    ['sha256', r],
    ['sm3', u],
  ] as const) {
    const leafHash = merkleHash(profile).leaf(entry)
    if (!verifyInclusion({ name: profile, index, size, leafHash, path: [...file.path[profile]], root })) {
      return refuse('cross-chain-not-included', 'the entry is not below the recorded checkpoint')
    }
  }
  const there = originOf(file.record.receipt)
  const ours = pinned.filter((policy) => policy.origin === there && policy.origin !== origin)
  if (ours.length === 0) return refuse('policy-not-pinned', `no trust policy of the ledger ${there ?? '?'} is pinned`)
  const known = [...chains, ...(file.chain === undefined ? [] : [file.chain])]
  let why = 'quorum-not-met'
  for (const policy of ours) {
    const history = followChains(policy, known, ours)
    const verifier = createHistoryVerifier(isRefusal(history) ? singleHistory(policy) : history)
    const judge = (profile: Profile, proof: string) => verifier.verify({ entry: file.record.entry, proof, profile })
    const [one, other] = [judge('sha256', file.record.receipt), judge('sm3', file.record.receiptSm3)]
    const good = one.verdict === 'verified' && other.verdict === 'verified' && one.index === other.index
    if (good) {
      const { term, signers, uncounted } = one
      const counted = signers.filter(({ member }) => !uncounted.includes(member.id))
      return { origin: term.policy.origin, policy: term.policy, index: one.index!, time, size, signers: counted }
    }
    why = [...one.checks, ...other.checks].find(({ status }) => status === 'failed')?.code ?? why
  }
  return refuse(
    'cross-chain-unsigned',
    `the policy ${policyId(ours[0]!).slice(0, 8)} does not believe the record (${why})`,
  )
}

function originOf(proof: string): string | null {
  try {
    return parseSignedCheckpoint(parseTlogProof(proof).checkpoint).checkpoint.origin
  } catch {
    return null
  }
}
