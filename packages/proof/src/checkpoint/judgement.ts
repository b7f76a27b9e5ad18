/** Judges a signed checkpoint by a trust policy: whether every line holds, who signed and when, whether it is enough. */
import { Failure } from '@mingzheng/kernel'
import { type ProfileKeys, quorumMet, witnessesWanted } from '../policy.ts'
import type { PolicyMember, PolicyWitness, TrustPolicy } from '../policy-schema.ts'
import { type Checkpoint, parseSignedCheckpoint } from './checkpoint.ts'
import type { Note } from './note.ts'
import { namesKey, verifyLine } from './verifier-key.ts'

export type ReceiptCheckId = 'format' | 'origin' | 'inclusion' | 'log-signature' | 'member-signatures' | 'quorum'

/** Why a check of a receipt failed or could not be made. */
export type ReceiptCode =
  | 'ok'
  | 'proof-malformed'
  | 'proof-extra'
  | 'note-malformed'
  | 'checkpoint-malformed'
  | 'origin-unknown'
  | 'not-included'
  | 'log-signature-missing'
  | 'log-signature-invalid'
  | 'signature-unknown'
  | 'signature-duplicate'
  | 'signature-order'
  | 'member-signature-invalid'
  | 'quorum-not-met'
  | 'witnesses-not-met'
  | 'not-reached'

export interface ReceiptCheck {
  readonly id: ReceiptCheckId
  readonly status: 'passed' | 'failed' | 'not-checked'
  readonly code: ReceiptCode
  /** The member, line or number behind the code, for people. */
  readonly detail?: string
}

/** A member whose signature on the checkpoint holds. */
export interface ReceiptSigner {
  readonly member: PolicyMember
  /** When it says that it signed, milliseconds; `null` where its kind of signature carries no time. */
  readonly time: number | null
}

/** A witness that is no member, whose cosignature holds. */
export interface ReceiptWitness {
  readonly witness: PolicyWitness
  /** When it says that it signed, milliseconds. */
  readonly time: number | null
}

export interface CheckpointJudgement {
  /** `null` when it could not be read. */
  readonly checkpoint: Checkpoint | null
  readonly format: ReceiptCheck
  readonly origin: ReceiptCheck
  readonly log: ReceiptCheck
  readonly members: ReceiptCheck
  readonly quorum: ReceiptCheck
  readonly signers: readonly ReceiptSigner[]
  readonly witnesses: readonly ReceiptWitness[]
  readonly quorumMet: boolean
}

const passed = (id: ReceiptCheckId): ReceiptCheck => ({ id, status: 'passed', code: 'ok' })
const failed = (id: ReceiptCheckId, code: ReceiptCode, detail?: string): ReceiptCheck =>
  detail === undefined ? { id, status: 'failed', code } : { id, status: 'failed', code, detail }
export const notReached = (id: ReceiptCheckId): ReceiptCheck => ({ id, status: 'not-checked', code: 'not-reached' })

/**
 * Judges a checkpoint as a receipt must carry it: the line of one of the log's keys, then members' and witnesses' lines in the
 * policy's order, each once, no other line, every line valid. (A log that serves checkpoints may add lines of others; a
 * receipt may not, since then its bytes would not be determined. `keepSignatures` makes the one from the other.)
 * Members in `without` have signed, but do not count: their keys are known to be in other hands.
 */
export function judgeCheckpoint(
  source: string,
  policy: TrustPolicy,
  expected: ProfileKeys,
  without: ReadonlySet<string> = NOBODY,
): CheckpointJudgement {
  let note: Note
  let checkpoint: Checkpoint
  try {
    ;({ note, checkpoint } = parseSignedCheckpoint(source))
  } catch (error) {
    return unread(error)
  }
  const origin =
    checkpoint.origin === expected.origin ? passed('origin') : failed('origin', 'origin-unknown', checkpoint.origin)
  const { check: members, signers, witnesses } = judgeLines(note, expected)
  const counted = signers.flatMap(({ member }) => (without.has(member.id) ? [] : member.id))
  const quorum = judgeQuorum(policy, expected, counted, witnesses.length)
  return {
    checkpoint,
    format: passed('format'),
    origin,
    log: judgeLog(note, expected),
    members,
    quorum,
    signers,
    witnesses,
    quorumMet: quorum.status === 'passed',
  }
}

const NOBODY: ReadonlySet<string> = new Set()

function judgeQuorum(
  policy: TrustPolicy,
  expected: ProfileKeys,
  members: readonly string[],
  witnesses: number,
): ReceiptCheck {
  if (!quorumMet(policy, members)) return failed('quorum', 'quorum-not-met', `${members.length}`)
  // Witnesses that are no members have no SM2 keys: the SM3 tree has none.
  if (expected.witnesses.length > 0 && witnesses < witnessesWanted(policy)) {
    return failed('quorum', 'witnesses-not-met', `${witnesses}`)
  }
  return passed('quorum')
}

function judgeLog(note: Note, { origin, logs }: ProfileKeys): ReceiptCheck {
  for (const line of note.signatures) {
    const key = logs.find((candidate) => namesKey(line, candidate))
    if (key === undefined) continue
    return verifyLine(note, line, key).valid
      ? passed('log-signature')
      : failed('log-signature', 'log-signature-invalid', origin)
  }
  return failed('log-signature', 'log-signature-missing', origin)
}

/** Every line but the log's, and the order of all of them. */
function judgeLines(note: Note, { keys, logs, members, witnesses }: ProfileKeys) {
  const found = { signers: [] as ReceiptSigner[], witnesses: [] as ReceiptWitness[] }
  let problem: ReceiptCheck | undefined
  let last = -1
  for (const line of note.signatures) {
    const at = keys.findIndex((key) => namesKey(line, key))
    const id = 'member-signatures'
    if (at < 0) problem ??= failed(id, 'signature-unknown', line.name)
    // A second of the log's keys would say nothing more, and leave two spellings of one receipt.
    else if (at === last || (at < logs.length && last >= 0 && last < logs.length)) {
      problem ??= failed(id, 'signature-duplicate', line.name)
    } else if (at < last) problem ??= failed(id, 'signature-order', line.name)
    last = Math.max(last, at)
    const member = members[at - logs.length]
    const witness = witnesses[at - logs.length - members.length]
    const known = member ?? witness
    if (known === undefined) continue
    if (member !== undefined && found.signers.some((signer) => signer.member === member.member)) continue
    if (witness !== undefined && found.witnesses.some((other) => other.witness === witness.witness)) continue
    const verdict = verifyLine(note, line, known.key)
    if (!verdict.valid) problem ??= failed(id, 'member-signature-invalid', line.name)
    else if (member !== undefined) found.signers.push({ member: member.member, time: verdict.time })
    else if (witness !== undefined) found.witnesses.push({ witness: witness.witness, time: verdict.time })
  }
  return { check: problem ?? passed('member-signatures'), ...found }
}

function unread(error: unknown): CheckpointJudgement {
  if (!(error instanceof Failure)) throw error
  const code = error.code === 'checkpoint-malformed' ? 'checkpoint-malformed' : 'note-malformed'
  return {
    checkpoint: null,
    format: failed('format', code, error.message),
    origin: notReached('origin'),
    log: notReached('log-signature'),
    members: notReached('member-signatures'),
    quorum: notReached('quorum'),
    signers: [],
    witnesses: [],
    quorumMet: false,
  }
}
