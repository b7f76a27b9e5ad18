/** The order of times: capture, timestamp, ledger, witnesses, seal, and none of them in the future. */

import type { Case } from '../case.ts'
import { failed, type Outcome, passed } from '../outcome.ts'
import type { Check } from '../report.ts'

/** Clocks of different machines may disagree by this much, ms. */
const TOLERANCE_MS = 60_000

export interface TimeOnRecord {
  zh: string
  en: string
  /** Milliseconds. */
  at: number
  where: Check['where']
}

/** Whether times given in the order in which they must have happened did so. */
export function checkTimes(times: TimeOnRecord[], now: number): Outcome {
  for (const [i, later] of times.entries()) {
    const earlier = times[i - 1]
    if (earlier !== undefined && later.at + TOLERANCE_MS < earlier.at) {
      return failed(
        'time-order',
        `“${later.zh}”早于“${earlier.zh}”`,
        `"${later.en}" lies before "${earlier.en}"`,
        later.where === undefined ? {} : { where: later.where },
      )
    }
    if (later.at > now + TOLERANCE_MS) {
      return failed(
        'time-future',
        `“${later.zh}”晚于本机时间`,
        `"${later.en}" lies in the future of this computer's clock`,
        later.where === undefined ? {} : { where: later.where },
      )
    }
  }
  const detail = Object.fromEntries(times.map(({ en, at }) => [en, new Date(at).toISOString()]))
  return passed('各时间先后相符', 'the times follow one another', { detail })
}

/** The times of a package in the order in which they must have happened; `null` where the token could not be read. */
export function recordedTimes(found: Case): TimeOnRecord[] | null {
  const { manifest, token, entry, document, seal } = found
  if (manifest === undefined || token === undefined) return null
  const { startedAt, endedAt } = manifest.manifest.time
  const times: TimeOnRecord[] = [
    { zh: '取证开始', en: 'start of capture', at: Date.parse(startedAt), where: 'manifest.json' },
    { zh: '取证结束', en: 'end of capture', at: Date.parse(endedAt), where: 'manifest.json' },
    { zh: '时间戳', en: 'timestamp', at: token.time, where: 'proof/timestamp.tsr' },
  ]
  if (entry !== undefined) times.push({ zh: '上链', en: 'ledger entry', at: entry.time, where: 'proof/entry.cbor' })
  const cosigned = (found.receipts.sha256?.signers ?? []).flatMap(({ time }) => time ?? [])
  if (cosigned.length > 0) {
    times.push({ zh: '见证', en: 'cosignature', at: Math.min(...cosigned), where: 'proof/receipt.tlog-proof' })
  }
  if (document !== undefined) {
    times.push({
      zh: '保全证书签名',
      en: 'signature of the certificate',
      at: document.time,
      where: 'documents/certificate.pdf',
    })
  }
  if (seal !== undefined) times.push({ zh: '封装', en: 'seal', at: Date.parse(seal.sealedAt), where: 'seal.json' })
  return times
}
