/**
 * Receipts: that an entry stands at an index of a log whose checkpoint a trust policy believes. Works offline, gives every
 * check with its reason. docs/formats/receipt.md; C2SP tlog-proof.
 */
import { type Bytes, Failure } from '@mingzheng/kernel'
import {
  type CheckpointJudgement,
  judgeCheckpoint,
  notReached,
  type ReceiptCheck,
  type ReceiptSigner,
  type ReceiptWitness,
} from './checkpoint/judgement.ts'
import { LONGEST_PATH, layOutProof, type ProofLayout, proofText } from './checkpoint/tlog-proof.ts'
import { HASH_BYTES, merkleHash } from './merkle/merkle-hash.ts'
import { type KnownPaths, verifyInclusionOf } from './merkle/verify-proof.ts'
import { type Profile, profileKeys } from './policy.ts'
import type { TrustPolicy } from './policy-schema.ts'

export interface ReceiptInput {
  /** The entry's canonical bytes (`proof/entry.cbor`). */
  readonly entry: Bytes
  /** The proof as stored: text, or its bytes. */
  readonly proof: string | Bytes
  readonly profile: Profile
}

export interface ReceiptVerification {
  /** `verified` when every check passed. */
  readonly verdict: 'verified' | 'failed'
  /** In the order format, origin, inclusion, log-signature, member-signatures, quorum. */
  readonly checks: readonly ReceiptCheck[]
  /** What the proof says; believable when verified. `null` when it could not be read. */
  readonly origin: string | null
  readonly index: number | null
  readonly size: number | null
  readonly root: Bytes | null
  /** Members whose signatures hold, with their times. */
  readonly signers: readonly ReceiptSigner[]
  /** Witnesses that are no members. */
  readonly witnesses: readonly ReceiptWitness[]
  readonly quorumMet: boolean
}

export interface ReceiptVerifier {
  verify(input: ReceiptInput): ReceiptVerification
}

/** Checkpoints kept: in a package there are two, in an audit of a ledger one for some hundred receipts. */
const CHECKPOINTS_KEPT = 4096

/**
 * A verifier that judges each distinct checkpoint once, however many receipts share it. Never throws for bad receipts. Members in
 * `without` do not count.
 */
export function createReceiptVerifier(policy: TrustPolicy, without?: ReadonlySet<string>): ReceiptVerifier {
  const trees = {
    sha256: createTreeVerifier(policy, 'sha256', without),
    sm3: createTreeVerifier(policy, 'sm3', without),
  }
  return { verify: ({ entry, proof, profile }) => trees[profile](entry, proof) }
}

/** Checks one receipt. */
export function verifyReceipt(input: ReceiptInput & { policy: TrustPolicy }): ReceiptVerification {
  return createReceiptVerifier(input.policy).verify(input)
}

function createTreeVerifier(policy: TrustPolicy, profile: Profile, without?: ReadonlySet<string>) {
  const expected = profileKeys(policy, profile)
  const hash = merkleHash(profile)
  const judged = new Map<string, CheckpointJudgement>()
  const judge = (source: string) => {
    let judgement = judged.get(source)
    if (judgement === undefined) {
      judgement = judgeCheckpoint(source, policy, expected, without)
      if (judged.size >= CHECKPOINTS_KEPT) judged.delete(judged.keys().next().value!)
      judged.set(source, judgement)
    }
    return judgement
  }
  // Receipts of one checkpoint come in a row; comparing with the last one is cheaper than looking it up.
  let lastSource = ''
  let lastJudgement = judge(lastSource)
  let known: KnownPaths = new Map()
  const room = new Uint8Array(LONGEST_PATH * HASH_BYTES)
  return (entry: Bytes, source: string | Bytes): ReceiptVerification => {
    let text: string
    let proof: ProofLayout
    try {
      text = proofText(source)
      proof = layOutProof(text, room)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return unread(error.message)
    }
    const { index, hashes, checkpointAt } = proof
    const checkpointSource = text.slice(checkpointAt)
    if (checkpointSource !== lastSource) {
      lastSource = checkpointSource
      lastJudgement = judge(lastSource)
      known = new Map()
    }
    const judgement = lastJudgement
    const { checkpoint, signers, witnesses, quorumMet } = judgement
    let inclusion = notReached('inclusion')
    if (checkpoint !== null) {
      const { size, root } = checkpoint
      const leafHash = hash.leaf(entry)
      const included = verifyInclusionOf({ name: profile, index, size, leafHash, hashes, root }, known)
      inclusion = included ? INCLUDED : NOT_INCLUDED
    }
    const format = proof.extra === undefined ? judgement.format : EXTRA
    const checks = [format, judgement.origin, inclusion, judgement.log, judgement.members, judgement.quorum]
    return {
      verdict: checks.every((check) => check.status === 'passed') ? 'verified' : 'failed',
      checks,
      origin: checkpoint?.origin ?? null,
      index,
      size: checkpoint?.size ?? null,
      root: checkpoint?.root ?? null,
      signers,
      witnesses,
      quorumMet,
    }
  }
}

const INCLUDED: ReceiptCheck = { id: 'inclusion', status: 'passed', code: 'ok' }
const NOT_INCLUDED: ReceiptCheck = { id: 'inclusion', status: 'failed', code: 'not-included' }
/** Extra data is authenticated by nobody: a receipt that may carry it has bytes that do not count. */
const EXTRA: ReceiptCheck = { id: 'format', status: 'failed', code: 'proof-extra' }

function unread(detail: string): ReceiptVerification {
  const later = (['origin', 'inclusion', 'log-signature', 'member-signatures', 'quorum'] as const).map(notReached)
  return {
    verdict: 'failed',
    checks: [{ id: 'format', status: 'failed', code: 'proof-malformed', detail }, ...later],
    origin: null,
    index: null,
    size: null,
    root: null,
    signers: [],
    witnesses: [],
    quorumMet: false,
  }
}
