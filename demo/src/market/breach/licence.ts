import { Dice } from '../dice.ts'
import { dayBefore } from '../draft.ts'
import { spoiltCode } from '../people/credit-codes.ts'
import type { Operator } from '../people/operators.ts'
import { operatorAt } from '../people/operators.ts'
import { operatorRole } from '../roles.ts'

/** What a shop shows of its operator, as 电子商务法 15 asks, beside what the register says. */
export interface ShownLicence {
  /** What stands on the licence page, in order; `null`: there is no such page. */
  readonly rows: readonly (readonly [name: string, value: string])[] | null
  /** What whoever asks the register learns. */
  readonly register: { readonly name: string; readonly address: string; readonly validUntil: string } | null
  readonly code: string | null
  readonly company: string
  readonly address: string
  readonly validUntil: string
  /** A sentence that shops without a duty to register show instead (电子商务法 10). */
  readonly notice: string | null
  readonly violates: boolean
  readonly kind: string
}

/** The licence that the shops of an operator show; the same for all of its shops. */
export function licenceOf(seed: string, operator: Operator, today: string): ShownLicence {
  const dice = new Dice(seed, 'licence', operator.index)
  const role = operatorRole(seed, operator.index)
  const right = honest(operator)
  if (role === 'exempt') {
    const notice = dice.pick([
      '销售自产农副产品，依法不需要办理市场主体登记。',
      '个人销售自产农副产品，依据《电子商务法》第十条无需登记。',
      '自家种、自家卖，属于依法不需要办理登记的情形（自我声明）。',
    ])
    return {
      ...right,
      rows: [
        ['主体说明', notice],
        ['经营者', operator.name],
      ],
      register: null,
      code: null,
      notice,
      kind: 'exempt',
    }
  }
  if (role === 'written-differently') {
    const code = dice.pick([wide, lower, spaced])(operator.code)
    return finished({
      ...right,
      code,
      company: operator.name.replace('（', '(').replace('）', ')'),
      kind: 'written-differently',
    })
  }
  if (role === 'renamed') {
    const former = operatorAt(seed, operator.index + 1_000_003).name
    return finished({
      ...right,
      company: operator.name,
      notice: `曾用名：${former}，${dayBefore(today, 90)}变更登记。`,
      kind: 'renamed',
    })
  }
  if (role !== 'breaks') return finished(right)
  const broken = { ...right, violates: true }
  switch (dice.pick(['check-character', 'check-character', 'expired', 'name', 'address', 'not-shown'])) {
    case 'check-character':
      return finished({ ...broken, code: spoiltCode(operator.code, dice), kind: 'check-character-wrong' })
    case 'expired': {
      const validUntil = dayBefore(today, dice.between(20, 900))
      return finished({ ...broken, validUntil, register: { ...right.register!, validUntil }, kind: 'licence-expired' })
    }
    case 'name': {
      const company = operatorAt(seed, operator.index + 1_000_007).name
      return finished({ ...broken, company, kind: 'name-differs' })
    }
    case 'address': {
      const { address } = operatorAt(seed, operator.index + 1_000_011)
      return finished({ ...broken, address, kind: 'address-differs' })
    }
    default:
      return { ...broken, rows: null, code: null, kind: 'licence-not-shown' }
  }
}

function honest(operator: Operator): ShownLicence {
  const { name, address, validUntil } = operator
  return {
    rows: [],
    register: { name, address, validUntil },
    code: operator.code,
    company: name,
    address,
    validUntil,
    notice: null,
    violates: false,
    kind: 'in-order',
  }
}

function finished(licence: ShownLicence): ShownLicence {
  const rows: [string, string][] = [
    ['名称', licence.company],
    ['统一社会信用代码', licence.code ?? ''],
    ['住所', licence.address],
    ['营业期限至', licence.validUntil],
  ]
  if (licence.notice !== null) rows.push(['说明', licence.notice])
  return { ...licence, rows }
}

const wide = (code: string) => code.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
const lower = (code: string) => code.toLowerCase()
const spaced = (code: string) => `${code.slice(0, 6)} ${code.slice(6, 12)} ${code.slice(12)}`
