/** The tables of monitoring with their row security. Forward only; a landed step is never edited. */
import { type Binding, protectTable, type Reach } from '@mingzheng/identity'
import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { deskMigrations } from '../desk/migrations.ts'
import { LEADS_BY_LISTING, PANEL_OFFERS } from '../panel/panel-tables.ts'
import { probeMigrations } from '../probe/migrations.ts'
import { ruleMigrations } from '../rule/migrations.ts'
import { submissionMigrations } from '../submission/migrations.ts'
import { LOGO_TABLES, REGISTRY_TABLES, SETTING_TABLES } from './registry-tables.ts'
import { FOUND_TABLES, PANEL_RUNS, SEEN_TABLES, WATCH_TABLES } from './tables.ts'

/** Open to people who work on cases; tables that are not here are closed to every person's request. */
const BINDINGS: [table: string, binding: Binding, reach: Reach][] = [
  ['watch_platform', 'case', 'write'],
  ['watch_task', 'case', 'write'],
  ['watch_task_version', 'case', 'append'],
  ['watch_host', 'case', 'write'],
  ['watch_address', 'case', 'write'],
  ['watch_count', 'case', 'read'],
  ['snapshot', 'case', 'read'],
  ['shop', 'case', 'read'],
  ['listing', 'case', 'read'],
  ['listing_fact', 'case', 'read'],
  ['finding', 'case', 'read'],
  ['lead', 'case', 'write'],
  ['lead_event', 'case', 'append'],
  ['watch_fixing', 'case', 'read'],
]

const REGISTRY: [table: string, reach: Reach][] = [
  ['register', 'read'],
  ['register_entry', 'read'],
  ['register_import', 'write'],
  ['register_problem', 'read'],
]

export const monitoringMigrations: Record<string, Migration> = {
  '0300_monitoring_tables': {
    async up(db: Kysely<unknown>) {
      await WATCH_TABLES.execute(db)
      await SEEN_TABLES.execute(db)
      await FOUND_TABLES.execute(db)
      for (const [table, binding, reach] of BINDINGS) await protectTable(db, table, binding, reach)
    },
  },
  '0301_panel_runs': {
    async up(db: Kysely<unknown>) {
      await PANEL_RUNS.execute(db)
    },
  },
  '0330_panel_offers': {
    async up(db: Kysely<unknown>) {
      await PANEL_OFFERS.execute(db)
      await sql`delete from panel_run`.execute(db)
    },
  },
  '0340_registers': {
    async up(db: Kysely<unknown>) {
      await REGISTRY_TABLES.execute(db)
      for (const [table, reach] of REGISTRY) await protectTable(db, table, 'case', reach)
    },
  },
  '0341_settings': {
    async up(db: Kysely<unknown>) {
      await SETTING_TABLES.execute(db)
      for (const table of ['setting_version', 'setting_preview']) await protectTable(db, table, 'case', 'write')
    },
  },
  ...submissionMigrations,
  ...ruleMigrations,
  ...probeMigrations,
  ...deskMigrations,
  '0395_leads_by_listing': {
    async up(db: Kysely<unknown>) {
      await LEADS_BY_LISTING.execute(db)
    },
  },
  '0400_brand_logos': {
    async up(db: Kysely<unknown>) {
      await LOGO_TABLES.execute(db)
      await protectTable(db, 'brand_logo', 'case', 'read')
    },
  },
}
