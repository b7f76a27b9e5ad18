/** Renewals: later timestamps over the whole file, kept beside it, from before the older algorithms or keys gave way. */
import type { Bytes } from '@mingzheng/kernel'
import type { Case } from '../case.ts'
import { failed, notChecked, type Outcome, passed } from '../outcome.ts'
import { checkAuthority, checkToken, readToken } from './timestamp-checks.ts'

export interface Renewal {
  /** How the report calls it: the file's name. */
  name: string
  /** RFC 3161 TimeStampResp, DER, imprint SHA-256 of the package file. */
  bytes: Bytes
}

/**
 * Every renewal is a valid token over this very file, made after the one inside. The lists in the package are older than
 * it, so that its authority's revocation counts only where they happen to tell.
 */
export async function checkRenewals(renewals: readonly Renewal[], found: Case): Promise<Outcome> {
  const { whole } = found.contents
  if (whole === undefined) return notChecked('renewals-not-read', '未读取续期', 'the renewals were not read')
  const times: string[] = []
  for (const { name, bytes } of renewals) {
    const { token, result } = await readToken(bytes, whole, found, 'if-present')
    const signed = checkToken(result, name)
    if (token === null || signed.status !== 'passed') return signed
    const authority = checkAuthority(token, { ...found, signers: [] }, name)
    if (authority.status !== 'passed') return authority
    if (found.token !== undefined && token.time < found.token.time) {
      return failed('renewal-order', `${name} 早于证据包内的时间戳`, `${name} lies before the timestamp inside`, {
        where: name,
      })
    }
    times.push(new Date(token.time).toISOString())
  }
  return passed(`${times.length} 个续期时间戳有效`, `${times.length} renewals are valid`, { detail: { times } })
}
