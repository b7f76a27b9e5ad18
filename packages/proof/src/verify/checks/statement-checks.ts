/** Checks that only say what the package says of itself: edition, completeness, demonstration. */
import { type Bytes, decodeJson } from '@mingzheng/kernel'
import { z } from 'zod'
import type { Manifest } from '../../package/manifest.ts'
import { failed, notChecked, type Outcome, passed } from '../outcome.ts'

/** Where a later edition says what was signed, refused, corrected or voided. */
export const EDITION_MEMBER = 'data/edition.json'

const KIND = {
  capture: ['原始取证', 'capture'],
  signature: ['补充签名', 'a later signature'],
  refusal: ['拒签记载', 'a refusal to sign'],
  correction: ['更正', 'a correction'],
  voiding: ['作废', 'a voiding'],
} as const

/** What `data/edition.json` must say whatever else it says. */
const editionSchema = z.looseObject({
  version: z.literal(1),
  number: z.string(),
  edition: z.number(),
  statement: z.looseObject({ kind: z.string() }),
  by: z.looseObject({ name: z.string() }),
})

function editionProblem(manifest: Manifest, bytes: Bytes | undefined, signer: string | null): Outcome | null {
  const where = EDITION_MEMBER
  if (bytes === undefined) return failed('edition-missing', `缺少版次说明 ${where}`, `${where} is missing`, { where })
  const said = editionSchema.safeParse(decodeJson(bytes))
  const same =
    said.success &&
    said.data.number === manifest.number &&
    said.data.edition === manifest.edition &&
    said.data.statement.kind === manifest.editionKind
  if (same && signer !== null && said.data.by.name !== signer) {
    return failed('edition-signer', `签名者“${signer}”不是所记之人`, `"${signer}" signed what another is said to say`, {
      where,
    })
  }
  return same
    ? null
    : failed('edition-differs', '版次说明与清单不符', 'what the edition says differs from the manifest', { where })
}

/**
 * The edition says what it is and names its parent; a voided one says so. `bytes` are those of `data/edition.json`,
 * `signer` is the officer whose signatures over them hold, `null` where there are none.
 */
export function checkEdition(manifest: Manifest, bytes: Bytes | undefined, signer: string | null): Outcome {
  const [zh, en] = KIND[manifest.editionKind]
  const problem = manifest.edition > 1 ? editionProblem(manifest, bytes, signer) : null
  if (problem !== null) return problem
  const parents = manifest.parents.map(({ relation, number, edition }) => ({ relation, number, edition }))
  const detail = {
    edition: manifest.edition,
    kind: manifest.editionKind,
    parents,
    ...(signer === null ? {} : { signer }),
  }
  const by = signer === null ? ['', ''] : [`；由“${signer}”签名`, `; signed by "${signer}"`]
  if (manifest.editionKind === 'voiding') {
    return passed(`本版次宣告该证据作废${by[0]}`, `this edition declares the evidence void${by[1]}`, { detail })
  }
  if (manifest.edition === 1) return passed(`第 1 版（${zh}）`, `edition 1 (${en})`, { detail })
  const text = [
    `第 ${manifest.edition} 版（${zh}），指明其前一版次；前一版次须另行核验${by[0]}`,
    `edition ${manifest.edition} (${en}), names its parent, which is verified on its own${by[1]}`,
  ] as const
  return passed(...text, { detail })
}

/** What was not got is said. Never a failure: an incomplete capture is honest evidence of what was got. */
export function checkCompleteness(manifest: Manifest): Outcome {
  if (manifest.complete) {
    const { length } = manifest.anomalies
    if (length === 0) return passed('取证完整，无异常记录', 'the capture is complete, without anomalies')
    return passed(`取证完整，记录了 ${length} 项异常`, `the capture is complete; ${length} anomalies are on record`)
  }
  const reason = manifest.incompleteReason ?? ''
  return notChecked('incomplete', `取证不完整：${reason}`, `the capture is incomplete: ${reason}`)
}

/** Whether this is a demonstration; said in any case. */
export function checkDemo(manifest: Manifest, policyDemo: boolean | null): Outcome {
  if (manifest.demo) return notChecked('demo', '演示数据，不是证据', 'a demonstration, not evidence')
  if (policyDemo === true) {
    return notChecked('demo-ledger', '账本是演示账本', 'the ledger is a demonstration ledger')
  }
  return passed('不是演示数据', 'not a demonstration')
}
