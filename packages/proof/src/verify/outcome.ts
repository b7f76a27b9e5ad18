/** What one check found, and the runner that turns it into a line of the report. A crash of a check is its failure. */
import { chinaText, Failure, utcText } from '@mingzheng/kernel'
import { type Bilingual, CHECK_IDS, type Check, type CheckId, type CheckStatus, type JsonFact } from './report.ts'
import { TITLES } from './titles.ts'

export interface Outcome {
  status: CheckStatus
  code: string
  reason: Bilingual
  detail?: Record<string, JsonFact>
  where?: string
}

type Extra = { detail?: Record<string, JsonFact>; where?: string }

export function passed(zh: string, en: string, extra: Extra = {}): Outcome {
  return { status: 'passed', code: 'ok', reason: { zh, en }, ...extra }
}

export function failed(code: string, zh: string, en: string, extra: Extra = {}): Outcome {
  return { status: 'failed', code, reason: { zh, en }, ...extra }
}

export function notChecked(code: string, zh: string, en: string, extra: Extra = {}): Outcome {
  return { status: 'not-checked', code, reason: { zh, en }, ...extra }
}

/** A time as sentences say it: China's in Chinese, UTC in English. Both name their zone. */
export const sayTime = (ms: number): Bilingual => ({
  zh: chinaText(ms),
  en: `${utcText(ms).slice(0, 19).replace('T', ' ')} UTC`,
})

/** A check that needs what an earlier one did not yield. */
export function blocked(by: CheckId): Outcome {
  const title = TITLES[by]
  return notChecked('blocked', `因“${title.zh}”未通过而无法检查`, `could not be made, since "${title.en}" did not pass`)
}

/** A check of a member that the package does not hold. */
export function missing(path: string): Outcome {
  return notChecked('missing', `证据包中没有 ${path}`, `the package holds no ${path}`, { where: path })
}

/** The checks of a report as they are made. */
export class CheckBook {
  private readonly made = new Map<CheckId, Check>()

  /** Makes one check and notes it; whatever it throws becomes its failure. */
  async make(id: CheckId, required: boolean, check: () => Outcome | Promise<Outcome>): Promise<void> {
    let outcome: Outcome
    try {
      outcome = await check()
    } catch (cause) {
      outcome = crashed(cause)
    }
    this.made.set(id, { id, title: TITLES[id], required, ...outcome })
  }

  /** The checks that were made, in the order of the report. */
  list(): Check[] {
    return CHECK_IDS.flatMap((id) => this.made.get(id) ?? [])
  }
}

/** What was thrown, as the failure of a check. */
export function crashed(cause: unknown): Outcome {
  if (cause instanceof Failure) {
    const extra = cause.field === undefined || cause.field === '' ? {} : { detail: { field: cause.field } }
    return failed(cause.code, `无法读取：${cause.message}`, cause.message, extra)
  }
  const name = cause instanceof Error ? cause.name : 'error'
  return failed('unexpected', `检查时出现意外错误（${name}）`, `the check met an unexpected ${name}`)
}
