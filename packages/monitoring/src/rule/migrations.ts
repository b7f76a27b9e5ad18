/** The steps of capture rules. Forward only; a landed step is never edited. */
import { protectTable } from '@mingzheng/identity'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { RULE_TABLES } from './tables.ts'

export const ruleMigrations: Record<string, Migration> = {
  '0352_capture_rules': {
    async up(db: Kysely<unknown>) {
      await RULE_TABLES.execute(db)
      await protectTable(db, 'capture_rule', 'case', 'write')
      await protectTable(db, 'capture_rule_count', 'case', 'read')
    },
  },
  '0353_decoy_hosts': {
    async up(db: Kysely<unknown>) {
      await sql`
        alter table watch_host drop constraint watch_host_state_check;
        alter table watch_host add constraint watch_host_state_check
          check (state in ('ok', 'slow', 'blocked', 'captcha', 'unreachable', 'decoy'))`.execute(db)
    },
  },
}
