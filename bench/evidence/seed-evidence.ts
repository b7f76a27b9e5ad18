/** Fills the register with made-up evidence, as it would look after years: Chinese titles, several officers and hosts. */
import { type EvidenceTables, evidenceTerms } from '@mingzheng/evidence'
import { issueCertificateNumber, parseProvinceCode } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'

const PLACES = ['杭州', '宁波', '温州', '嘉兴', '湖州', '绍兴', '金华', '衢州', '舟山', '台州', '丽水', '义乌']
const MAKERS = ['明前', '老字号', '御品', '山野', '天然', '养生堂', '同德', '百草', '金牌', '祖传', '有机', '进口']
const GOODS = [
  '龙井茶',
  '丝绸围巾',
  '火腿',
  '蜂蜜',
  '中药贴膏',
  '保健枕',
  '儿童奶粉',
  '减肥咖啡',
  '降压茶',
  '化妆水',
  '羊绒衫',
  '白酒',
]
const CLAIMS = [
  '国家级',
  '最佳',
  '第一品牌',
  '根治',
  '百分百有效',
  '特供',
  '限时特价',
  '原价虚高',
  '无效退款',
  '专家推荐',
]
const OFFICERS = ['王建国', '李敏', '陈晓东', '赵丽华', '周文', '吴海燕', '徐立', '孙芳']
/** One in a hundred thousand titles holds it: the needle of a search. */
export const RARE_WORD = '犀角'

const pick = <T>(list: readonly T[], n: number) => list[n % list.length]!
const scramble = (n: number) => Math.imul(n ^ 0x5bd1e995, 0x9e3779b1) >>> 3

export interface SeedOptions {
  organisationId: string
  unitIds: readonly string[]
  rows: number
  onProgress?: (done: number) => void
}

const BATCH = 2000
const START = Date.UTC(2020, 0, 1)
const STEP_MS = 200_000

export async function seedEvidence(db: Kysely<EvidenceTables>, options: SeedOptions): Promise<void> {
  const secret = new Uint8Array(32)
  const province = parseProvinceCode('330000')
  for (let from = 0; from < options.rows; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, options.rows - from) }, (_, i) => {
      const n = from + i
      const r = scramble(n)
      const officer = r % OFFICERS.length
      const unit = r % options.unitIds.length
      const rare = n % 100_000 === 77_777 ? RARE_WORD : ''
      const title = `${pick(PLACES, r)}${pick(MAKERS, r >> 4)}${pick(GOODS, r >> 8)}${rare} ${pick(CLAIMS, r >> 12)}`
      const host = `shop${r % 500}.example.cn`
      const captured = new Date(START + n * STEP_MS)
      const row = {
        number: issueCertificateNumber(secret, province, captured.getUTCFullYear(), (n % 99_999_999) + 1),
        title,
        url: `https://${host}/item/${r % 100_000}.html`,
        officer_name: OFFICERS[officer]!,
        unit_name: `第${unit + 1}中队`,
        cause: '网络交易监测',
        case_reference: r % 20 === 0 ? `浙市监〔2026〕${r % 5000}号` : '',
      }
      return {
        ...row,
        host,
        captured,
        officer: `officer-${officer}`,
        unit: options.unitIds[unit]!,
        r,
        terms: evidenceTerms(row),
      }
    })
    await sql`insert into evidence (number, kind, organisation_id, unit_id, officer_id, officer_name, unit_name, title, url,
        host, cause, case_reference, captured_at, started_at, ended_at, state, complete, demo, edition, bytes, pages,
        anomalies, ledger_index, ledger_time, ledger_state, manifest_sha256, facts, search)
      select e.number, 'web', ${options.organisationId}, e.unit, e.officer, e.officer_name, e.unit_name, e.title, e.url,
        e.host, e.cause, e.case_reference, e.captured, e.captured, e.captured,
        case when e.r % 200 = 0 then 'voided' else 'fixed' end, e.r % 50 <> 0, e.r % 1009 = 0, 1, 1000000 + e.r % 9000000, 1,
        e.r % 3, e.r, e.captured, 'witnessed', repeat('0', 64), '{}'::jsonb, string_to_array(e.terms, chr(1))
      from jsonb_to_recordset(${JSON.stringify(
        rows.map(({ terms, ...row }) => ({ ...row, terms: terms.join('\u0001') })),
      )}::jsonb) as e(number text, unit text, officer text, officer_name text, unit_name text, title text, url text,
        host text, cause text, case_reference text, captured timestamptz, r bigint, terms text)`.execute(db)
    options.onProgress?.(from + rows.length)
  }
}
