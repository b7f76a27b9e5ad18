/** The RFC 3161 token over the manifest, and the authority that made it. */
import { type Bytes, toHex, utcText } from '@mingzheng/kernel'
import { type TimestampResult, verifyTimestamp } from '../../timestamp.ts'
import type { Case } from '../case.ts'
import { failed, type Outcome, passed, sayTime } from '../outcome.ts'
import { isRevocationCode, SIGNATURE_WORDS } from './chain-words.ts'
import { unpinned } from './receipt-checks.ts'

const WHERE = 'proof/timestamp.tsr'

/** What a token says and how it was judged. */
export interface Token {
  /** Milliseconds. */
  time: number
  authority: string
  serial: string
  result: TimestampResult
}

/** Reads and judges a token over a digest; `null` with its failure when there is nothing to read. */
export async function readToken(
  tsr: Bytes,
  imprintSha256: Bytes,
  found: Case,
  revocation: 'required' | 'if-present' = 'required',
): Promise<{ token: Token | null; result: TimestampResult }> {
  const roots = found.roots.timestamp
  const result = await verifyTimestamp({ tsr, imprintSha256, roots, crls: found.crls, revocation })
  const { timestamp } = result
  if (timestamp === null) return { token: null, result }
  const { time, authority, serial } = timestamp
  return { token: { time, authority, serial, result }, result }
}

/** The token is signed and stamps this digest. */
export function checkToken(result: TimestampResult, where = WHERE): Outcome {
  if (!result.ok && result.part === 'token') {
    const { zh, en } = SIGNATURE_WORDS[result.code]
    return failed(result.code, zh, en, { where, detail: { fact: result.detail } })
  }
  const { timestamp } = result
  const time = timestamp?.time ?? 0
  const said = sayTime(time)
  return passed(`${said.zh}，序列号 ${timestamp?.serial}`, `${said.en}, serial ${timestamp?.serial}`, {
    detail: {
      time: utcText(time),
      serial: timestamp?.serial ?? '',
      policy: timestamp?.policyOid ?? '',
      accuracyMs: timestamp?.accuracyMs ?? null,
      imprint: toHex(timestamp?.imprint.digest ?? new Uint8Array()),
    },
  })
}

/** The authority is one of the trust policy, with a certificate good at the token's time. */
export function checkAuthority(token: Token, found: Case, where = WHERE): Outcome {
  const { result, authority } = token
  if (!result.ok) {
    if (!isRevocationCode(result.code)) {
      const { zh, en } = SIGNATURE_WORDS[result.code]
      const extra = { where, detail: { authority, fact: result.detail } }
      return failed(result.code, `${zh}：${authority}`, `${en}: ${authority}`, extra)
    }
    found.signers.push({ where, name: authority, code: result.code, detail: result.detail })
  } else found.signers.push({ where, name: authority, code: 'good', detail: '' })
  if (!found.governing.pinned) return unpinned({ authority })
  return passed(`由信任策略认可的“${authority}”签发`, `by "${authority}", which the trust policy accepts`)
}
