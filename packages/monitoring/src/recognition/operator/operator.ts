/**
 * Who sells: whether the licence that is shown can be one, is in force, and is the operator's own. Law: 电子商务法 10 (登记),
 * 12 (许可), 15 (公示); 网络交易监督管理办法 8 (零星小额: 年交易额不超过十万元). Without any word of a licence nothing is found.
 */
import { cite, type Topic } from '../../law/citation.ts'
import { attribute, dayOf, textAttribute, textAttributes, yuan } from '../fields.ts'
import type { Finding } from '../finding.ts'
import type { Listing } from '../line.ts'
import type { ListingModel } from '../model.ts'
import { thresholds } from '../thresholds.ts'
import { type AddressDifference, addressDifference } from './address.ts'
import { type CodeProblem, creditCodeProblem, tidyCode } from './credit-code.ts'

const VERSION = 2
const THRESHOLDS = thresholds({
  lead: { value: 0.7, reason: 'a wrong check character is arithmetic; a name that differs can be a spelling' },
  smallTradeYuan: { value: 100_000, reason: '网络交易监督管理办法 第八条: 年交易额累计不超过十万元的，依法无须登记' },
})

const CODES = [
  'credit_code',
  'uscc',
  'unified_social_credit_code',
  'licence_number',
  'license_number',
  'licence_no',
  'license_no',
  'licence',
  'license',
  'business_license',
  'business_licence',
  '统一社会信用代码',
  '社会信用代码',
  '信用代码',
  '营业执照号',
  '营业执照',
  '营业执照注册号',
  '执照编号',
]
const STATUS = [
  'licence_status',
  'license_status',
  'registration_status',
  'register_status',
  'operator_status',
  'business_status',
  '登记状态',
  '经营状态',
  '执照状态',
]
const EXPIRY = [
  'licence_expiry',
  'license_expiry',
  'licence_valid_until',
  'license_valid_until',
  'valid_until',
  'expires',
  'expiry',
  '有效期至',
  '营业期限至',
  '执照有效期',
]
const SHOWN = [
  'operator_name',
  'operator',
  'company',
  'company_name',
  'licence_name',
  'license_name',
  '经营者',
  '经营者名称',
  '公示名称',
  '企业名称',
]
const REGISTERED = ['registered_name', 'register_name', 'registry_name', '登记名称', '登记企业名称']
/** As a shop shows it: a licence calls it 住所. */
const ADDRESS = ['operator_address', 'shown_address', '经营地址', '公示地址', '公示住所', '住所', '经营场所', 'address']
const REGISTERED_ADDRESS = ['registered_address', 'register_address', '登记地址', '登记住所', '注册地址']
const EXEMPT = [
  'exempt',
  'exemption',
  'registration_exempt',
  '免登记',
  '免于登记',
  '豁免登记',
  '豁免说明',
  '主体说明',
  '经营者说明',
]
/** What the law exempts (电子商务法 10), in the words of shops. */
const EXEMPT_SAID =
  /无须?登记|无需登记|不需要(?:办理)?登记|免于?登记|免予登记|依法无[须需]|不需要进行市场主体登记|零星|小额|自产自销|自产农|农副产品|家庭手工|便民劳务|true|yes|是/i
const TURNOVER = ['annual_turnover', 'annual_sales', 'yearly_sales', '年交易额', '年销售额']
const GONE = /吊销|注销|撤销|迁出|停业|cancel|revoke|dissol|closed|expired|invalid|过期|失效/i
const MISSING = /^(|无|没有|暂无|未公示|未上传|未展示|未办理|办理中|none|n\/?a|null|missing|not shown|-|--)$/i

const ADDRESS_DIFFERENCES: { readonly [difference in AddressDifference]: readonly [score: number, said: string] } = {
  region: [0.86, '所在省市区县不同'],
  street: [0.78, '所在街道、乡镇不同'],
  number: [0.72, '门牌号不同'],
  detail: [0.4, '写法不同，需核对'],
}

const PROBLEMS: { readonly [problem in CodeProblem]: string } = {
  length: '不是18位统一社会信用代码，也不是15位注册号',
  character: '含有代码中不会出现的字符',
  check: '校验位不符，登记机关不会发出这样的代码',
}

export const operatorModel: ListingModel = {
  behaviour: 'operator',
  version: VERSION,
  thresholds: THRESHOLDS,
  examine(listing, date) {
    const findings: Finding[] = []
    const exempt = exemption(listing)
    const shown = textAttributes(listing, CODES)
    const codes = shown.map(tidyCode).filter(looksLikeCode)
    if (codes.length === 0 && shown.length > 0 && shown.every((text) => MISSING.test(text))) {
      if (exempt === null)
        findings.push(found(date, 0.8, 'licence-shown', '店铺未公示营业执照信息；也没有依法无须登记的说明'))
      else findings.push(found(date, exempt.score, exempt.topic, exempt.reason))
    }
    for (const code of new Set(codes)) {
      const problem = creditCodeProblem(code)
      if (problem === null) continue
      const score = problem === 'check' ? 0.95 : 0.85
      findings.push(found(date, score, 'licence-false', `公示的代码 ${code} ${PROBLEMS[problem]}`))
    }
    findings.push(...registerFindings(listing, date))
    return findings
  },
}

/** A value that is a picture's address or a word says nothing of a code. */
function looksLikeCode(shown: string): boolean {
  return /^[0-9A-Z]{8,24}$/.test(shown) && /\d{4}/.test(shown)
}

function registerFindings(listing: Listing, date: string): Finding[] {
  const findings: Finding[] = []
  const status = textAttribute(listing, STATUS)
  if (status !== undefined && GONE.test(status)) {
    findings.push(found(date, 0.95, 'licence-gone', `登记状态为“${status}”，仍在经营`))
  }
  const until = dayOf(attribute(listing, EXPIRY))
  if (until !== null && until < date) {
    findings.push(found(date, 0.9, 'licence-expired', `公示的证照有效期至 ${until}，${date} 已过期`))
  }
  const [shown, registered] = [textAttribute(listing, SHOWN), textAttribute(listing, REGISTERED)]
  if (shown && registered && bareName(shown) !== bareName(registered)) {
    findings.push(
      found(
        date,
        isShortFor(shown, registered) ? 0.4 : 0.85,
        'licence-shown',
        `公示的经营者“${shown}”与登记名称“${registered}”不一致`,
      ),
    )
  }
  const [address, home] = [textAttribute(listing, ADDRESS), textAttribute(listing, REGISTERED_ADDRESS)]
  const difference = address && home ? addressDifference(address, home) : null
  if (difference !== null) {
    const [score, said] = ADDRESS_DIFFERENCES[difference]
    findings.push(found(date, score, 'licence-shown', `公示地址“${address}”与登记地址“${home}”不一致：${said}`))
  }
  return findings
}

function exemption(listing: Listing): { score: number; topic: Topic; reason: string } | null {
  const said = textAttribute(listing, EXEMPT)
  if (said === undefined || said === '' || /^(false|否|no|0)$/i.test(said) || !EXEMPT_SAID.test(said)) return null
  const turnover = yuan(attribute(listing, TURNOVER))
  if (turnover !== null && turnover > THRESHOLDS.smallTradeYuan.value && /零星|小额|small/i.test(said)) {
    const reason = `自称零星小额（${said}），年交易额 ${turnover} 元已超过十万元`
    return { score: 0.85, topic: 'registration-small', reason }
  }
  return { score: 0.2, topic: 'registration', reason: `未公示执照，但声明依法无须登记：${said}` }
}

/** Names without what may be written differently: brackets, spaces, the width of characters. */
function bareName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s()（）【】[\]·,，.。]/g, '')
    .replace(/有限责任公司/g, '有限公司')
    .replace(/个体工商户$/, '')
}

/** A name without the form of the company, or without the place that it begins with. */
function isShortFor(shown: string, registered: string): boolean {
  const [one, whole] = [bareName(shown), bareName(registered)]
  return one.length >= 4 && (whole.startsWith(one) || whole.endsWith(one))
}

function found(date: string, score: number, topic: Topic, reason: string): Finding {
  const decision = score >= THRESHOLDS.lead.value ? 'lead' : 'below threshold'
  return {
    behaviour: 'operator',
    article: cite(topic, date),
    score,
    span: null,
    reason,
    decision,
    model: { name: 'operator', version: VERSION },
  }
}
