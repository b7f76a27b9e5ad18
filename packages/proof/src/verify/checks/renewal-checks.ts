/**
 * Renewals, kept beside the package from before older algorithms or keys gave way: a `.renewal` file (docs/formats/renewal.md),
 * or a bare RFC 3161 response over the whole file.
 */
import { type Bytes, equalBytes, Failure, isRefusal } from '@mingzheng/kernel'
import { parseTlogProof } from '../../checkpoint/tlog-proof.ts'
import { decodeEntry, GENESIS_ENTRY_KIND } from '../../entry.ts'
import type { Profile } from '../../policy.ts'
import { createHistoryVerifier, followChains, singleHistory } from '../../policy-history.ts'
import { decodeRenewal, type RenewalFile } from '../../renewal.ts'
import type { Case } from '../case.ts'
import { failed, notChecked, type Outcome, passed } from '../outcome.ts'
import { checkInclusion, checkSignatures, type LaterProof } from './receipt-checks.ts'
import { checkAuthority, checkToken, readToken } from './timestamp-checks.ts'

export interface Renewal {
  /** How the report calls it: the file's name. */
  name: string
  bytes: Bytes
}

/** First byte of a JSON object; a DER response begins with 0x30. */
const JSON_BEGINS = 0x7b

/**
 * Every renewal holds a valid token over this very file, made after the one inside, and, as a `.renewal`, receipts of the same
 * entry under a later checkpoint. The lists in the package are older than it, so that its authority's revocation counts only
 * where they happen to tell.
 */
export async function checkRenewals(renewals: readonly Renewal[], found: Case): Promise<Outcome> {
  const { whole } = found.contents
  if (whole === undefined) return notChecked('renewals-not-read', '未读取续期', 'the renewals were not read')
  const times: string[] = []
  for (const { name, bytes } of renewals) {
    const renewal = bytes[0] === JSON_BEGINS ? decode(bytes, name) : null
    if (renewal !== null && 'status' in renewal) return renewal
    const { time, problem } = await checkStamp(renewal?.timestamp ?? bytes, whole, name, found)
    if (problem !== null) return problem
    if (renewal !== null) {
      const problem =
        checkSubject(renewal, name, found) ??
        checkReceipts(renewal, name, found) ??
        checkContinuation(renewal, name, found)
      if (problem !== null) return problem
    }
    times.push(new Date(time).toISOString())
  }
  return passed(`${times.length} 个续期有效`, `${times.length} renewals are valid`, { detail: { times } })
}

/** A `.renewal` that can be read, or `null`. */
export function readRenewal(bytes: Bytes): RenewalFile | null {
  if (bytes[0] !== JSON_BEGINS) return null
  try {
    return decodeRenewal(bytes)
  } catch {
    return null
  }
}

/** A renewal's receipt of the package's entry that the policies believe, where the package's own rests on keys that were taken. */
export function laterProof(found: Case, profile: Profile): LaterProof | null {
  const inside = found.receipts[profile]
  const entry = found.contents.kept.get('proof/entry.cbor')
  const { receipts } = found.governing
  if (inside?.needsRemoved !== true || entry === undefined || receipts === null) return null
  for (const { name, renewal } of found.renewals) {
    const proof = profile === 'sm3' ? renewal.receiptSm3 : renewal.receipt
    const receipt = receipts.verify({ entry, proof, profile })
    if (receipt.verdict === 'verified' && receipt.index === inside.index) return { name, receipt }
  }
  return null
}

function decode(bytes: Bytes, name: string): RenewalFile | Outcome {
  try {
    return decodeRenewal(bytes)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return failed(error.code, `${name} 不是续期文件`, `${name} is no renewal: ${error.message}`, { where: name })
  }
}

async function checkStamp(
  tsr: Bytes,
  whole: Bytes,
  name: string,
  found: Case,
): Promise<{ time: number; problem: Outcome | null }> {
  const { token, result } = await readToken(tsr, whole, found, 'if-present')
  const signed = checkToken(result, name)
  if (token === null || signed.status !== 'passed') return { time: 0, problem: signed }
  const authority = checkAuthority(token, { ...found, signers: [] }, name)
  if (authority.status !== 'passed') return { time: 0, problem: authority }
  const { time } = token
  if (found.token === undefined || time >= found.token.time) return { time, problem: null }
  const said = failed('renewal-order', `${name} 早于证据包内的时间戳`, `${name} lies before the timestamp inside`, {
    where: name,
  })
  return { time, problem: said }
}

/** It says of which package it is, and says it right. */
function checkSubject(renewal: RenewalFile, name: string, found: Case): Outcome | null {
  const manifest = found.manifest?.manifest
  const { bytes, sha256 } = renewal.package
  const same =
    renewal.number === manifest?.number &&
    renewal.edition === manifest.edition &&
    bytes === found.size &&
    equalBytes(sha256, found.contents.whole ?? new Uint8Array())
  if (same) return null
  return failed('renewal-of-another', `${name} 属于另一份证据包`, `${name} is of another package`, { where: name })
}

/** The package's entry stands where it stood, in a tree that did not shrink, signed as the judging policy asks. */
function checkReceipts(renewal: RenewalFile, name: string, found: Case): Outcome | null {
  const entry = found.contents.kept.get('proof/entry.cbor')
  const { receipts: judge, pinned } = found.governing
  const inside = found.receipts.sha256
  if (entry === undefined || judge === null || inside === undefined) {
    return notChecked('blocked', `${name} 的回执无从核对`, `the receipts of ${name} have nothing to be compared with`, {
      where: name,
    })
  }
  for (const [profile, proof] of [
    ['sha256', renewal.receipt],
    ['sm3', renewal.receiptSm3],
  ] as const) {
    const receipt = judge.verify({ entry, proof, profile })
    const made = [checkInclusion(receipt, profile, inside), checkSignatures(receipt, profile, pinned)]
    const problem = made.find(({ status }) => status !== 'passed')
    if (problem !== undefined) return { ...problem, where: name }
    if (receipt.index === inside.index && receipt.size !== null && receipt.size >= (inside.size ?? 0)) continue
    return failed('renewal-order', `${name} 的检查点早于证据包内的`, `${name} has a checkpoint before the one inside`, {
      where: name,
    })
  }
  return null
}

/** Another ledger's first entry holds the very checkpoints of the receipts, and a policy of that ledger believes it. */
function checkContinuation(
  { receipt, receiptSm3, continuation }: RenewalFile,
  name: string,
  found: Case,
): Outcome | null {
  if (continuation === undefined) return null
  const entry = decodeEntry(continuation.entry)
  const { o: origin, q, r } = entry.body
  const held = parseTlogProof(receipt).checkpoint === q && parseTlogProof(receiptSm3).checkpoint === r
  if (entry.kind !== GENESIS_ENTRY_KIND || !held || typeof origin !== 'string') {
    return failed(
      'renewal-continuation',
      `${name}：后继账本的首条记录不含这些检查点`,
      `${name}: the first entry of the continuing ledger does not hold these checkpoints`,
      { where: name },
    )
  }
  const pinned = found.pinned.filter((policy) => policy.origin === origin)
  if (pinned.length === 0) {
    return notChecked(
      'policy-not-pinned',
      `${name}：您没有固定后继账本 ${origin} 的信任策略`,
      `${name}: you have pinned no trust policy of the continuing ledger ${origin}`,
      { where: name },
    )
  }
  let problem: Outcome | null = null
  for (const policy of pinned) {
    const history = followChains(policy, found.chains, pinned)
    const receipts = createHistoryVerifier(isRefusal(history) ? singleHistory(policy) : history)
    problem = null
    for (const [profile, proof] of [
      ['sha256', continuation.receipt],
      ['sm3', continuation.receiptSm3],
    ] as const) {
      const result = receipts.verify({ entry: continuation.entry, proof, profile })
      const made = [checkInclusion(result, profile, undefined), checkSignatures(result, profile, true)]
      problem ??= made.find(({ status }) => status !== 'passed') ?? null
      if (result.index !== 0) {
        problem ??= failed('renewal-continuation', `${name}：不是首条记录`, `${name}: not the first entry`, {
          where: name,
        })
      }
    }
    if (problem === null) return null
  }
  return problem === null ? null : { ...problem, where: name }
}
