/** Tables of capture rules, as Kysely sees them. */
import type { ColumnType } from 'kysely'
import type { RuleContent } from './rule.ts'

type Time = ColumnType<Date, Date, Date>

export interface CaptureRuleTable {
  organisation_id: string
  platform_id: string
  version: number
  content: ColumnType<RuleContent, string, string>
  note: string
  made_by: string
  made_at: Time
  active: boolean
}

export interface CaptureRuleCountTable {
  organisation_id: string
  platform_id: string
  version: number
  field: string
  hour: Time
  pages: number
  missing: number
}

export interface RuleTables {
  capture_rule: CaptureRuleTable
  capture_rule_count: CaptureRuleCountTable
}
