/** A finding of a model that looks at many lines, computed again from the lines that it looked at. */
import { type Bytes, canonicalJson, digest, type JsonValue, toHex } from '@mingzheng/kernel'
import { type ExaminedLine, listingOf } from '../fact/line-of.ts'
import { mended } from '../fact/mended.ts'
import type { PanelModel } from '../recognition/model.ts'
import { withValues } from '../recognition/thresholds.ts'
import type { RecomputeCheck } from './recompute.ts'
import type { FindingStatement } from './statement.ts'

/** What panels need: the models, and the lines that the statement names by their digest, where they are there. */
export interface PanelGround {
  readonly models: readonly PanelModel[]
  readonly lines: Bytes | null
}

export function checkPanel(statement: FindingStatement, ground: PanelGround): RecomputeCheck {
  const { model, date, inputs, result } = statement
  const { lines: count, number, sha256 } = inputs.panel!
  const check = (state: RecomputeCheck['state'], detail: string): RecomputeCheck => ({ name: 'model', state, detail })
  if (ground.lines === null) {
    return check('not checked', `it looked at ${count} lines (SHA-256 ${sha256}), which are not here`)
  }
  if (toHex(digest('sha256', ground.lines)) !== sha256) {
    return check('failed', 'these are other lines than the statement names')
  }
  const own = ground.models.find(({ behaviour }) => behaviour === model.name)
  if (own === undefined || own.version !== model.version) {
    const have = own === undefined ? 'none' : `version ${own.version}`
    return check('not checked', `${model.name} version ${model.version} is needed; here is ${have}`)
  }
  const texts = new TextDecoder().decode(ground.lines).split('\n').slice(0, -1)
  if (texts.length !== count || texts[number] !== canonicalJson(inputs.line as JsonValue)) {
    return check('failed', 'the stated line is not among the lines at its place')
  }
  const found = withValues(own.thresholds, inputs.basis?.parameters ?? {}, () => {
    const panel = own.open()
    for (const [i, text] of texts.entries()) panel.add(listingOf(JSON.parse(text) as ExaminedLine), i)
    return panel.conclude(date).get(number) ?? []
  })
  const stated = canonicalJson(result as JsonValue)
  const same = found.some(
    ({ model: _, basis: __, ...made }) => canonicalJson(mended(made as unknown as JsonValue)) === stated,
  )
  if (!same) return check('failed', `${model.name} ${model.version} finds otherwise among these ${count} lines`)
  return check('passed', `${model.name} ${model.version} among ${count} lines: ${result.decision}, ${result.score}`)
}
