/**
 * Renewals, kept beside the package from before older algorithms or keys gave way: a `.renewal` file (docs/formats/renewal.md),
 * or a bare RFC 3161 response over the whole file.
 */
import { type Bytes, equalBytes, Failure } from '@mingzheng/kernel'
import { decodeRenewal, type RenewalFile } from '../../renewal.ts'
import type { Case } from '../case.ts'
import { failed, notChecked, type Outcome, passed } from '../outcome.ts'
import { checkInclusion, checkSignatures } from './receipt-checks.ts'
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
      const problem = checkSubject(renewal, name, found) ?? checkReceipts(renewal, name, found)
      if (problem !== null) return problem
    }
    times.push(new Date(time).toISOString())
  }
  return passed(`${times.length} 个续期有效`, `${times.length} renewals are valid`, { detail: { times } })
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
  const { judge, pinned } = found.governing
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
    const receipt = judge.receipts.verify({ entry, proof, profile })
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
