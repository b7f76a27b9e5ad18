/** Judges a signed checkpoint by a trust policy: whether every line holds, who signed and when, whether it is enough. */
import { Failure } from '@mingzheng/kernel'
import { type PolicyMember, type ProfileKeys, quorumMet, type TrustPolicy } from '../policy.ts'
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

export interface CheckpointJudgement {
  /** `null` when it could not be read. */
  readonly checkpoint: Checkpoint | null
  readonly format: ReceiptCheck
  readonly origin: ReceiptCheck
  readonly log: ReceiptCheck
  readonly members: ReceiptCheck
  readonly quorum: ReceiptCheck
  readonly signers: readonly ReceiptSigner[]
  readonly quorumMet: boolean
}

const passed = (id: ReceiptCheckId): ReceiptCheck => ({ id, status: 'passed', code: 'ok' })
const failed = (id: ReceiptCheckId, code: ReceiptCode, detail?: string): ReceiptCheck =>
  detail === undefined ? { id, status: 'failed', code } : { id, status: 'failed', code, detail }
export const notReached = (id: ReceiptCheckId): ReceiptCheck => ({ id, status: 'not-checked', code: 'not-reached' })

/**
 * Judges a checkpoint as a receipt must carry it: the log's line, then members' lines in the policy's order, each once,
 * no other line, every line valid. (A log that serves checkpoints may add lines of others; a receipt may not, since then
 * its bytes would not be determined. `keepSignatures` makes the one from the other.)
 */
export function judgeCheckpoint(source: string, policy: TrustPolicy, expected: ProfileKeys): CheckpointJudgement {
  let note: Note
  let checkpoint: Checkpoint
  try {
    ;({ note, checkpoint } = parseSignedCheckpoint(source))
  } catch (error) {
    return unread(error)
  }
  const origin =
    checkpoint.origin === expected.origin ? passed('origin') : failed('origin', 'origin-unknown', checkpoint.origin)
  const { check: members, signers } = judgeMembers(note, expected)
  const met = quorumMet(
    policy,
    signers.map(({ member }) => member.id),
  )
  const quorum = met ? passed('quorum') : failed('quorum', 'quorum-not-met', `${signers.length}`)
  return {
    checkpoint,
    format: passed('format'),
    origin,
    log: judgeLog(note, expected),
    members,
    quorum,
    signers,
    quorumMet: met,
  }
}

function judgeLog(note: Note, { log }: ProfileKeys): ReceiptCheck {
  const line = note.signatures.find((candidate) => namesKey(candidate, log))
  if (line === undefined) return failed('log-signature', 'log-signature-missing', log.name)
  return verifyLine(note, line, log).valid
    ? passed('log-signature')
    : failed('log-signature', 'log-signature-invalid', log.name)
}

function judgeMembers(note: Note, { keys, members }: ProfileKeys): { check: ReceiptCheck; signers: ReceiptSigner[] } {
  const signers: ReceiptSigner[] = []
  let problem: ReceiptCheck | undefined
  let last = -1
  for (const line of note.signatures) {
    const at = keys.findIndex((key) => namesKey(line, key))
    const id = 'member-signatures'
    if (at < 0) problem ??= failed(id, 'signature-unknown', line.name)
    else if (at === last) problem ??= failed(id, 'signature-duplicate', line.name)
    else if (at < last) problem ??= failed(id, 'signature-order', line.name)
    last = Math.max(last, at)
    const entry = members[at - 1]
    if (entry === undefined || signers.some(({ member }) => member === entry.member)) continue
    const verdict = verifyLine(note, line, entry.key)
    if (verdict.valid) signers.push({ member: entry.member, time: verdict.time })
    else problem ??= failed(id, 'member-signature-invalid', line.name)
  }
  return { check: problem ?? passed('member-signatures'), signers }
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
    quorumMet: false,
  }
}
