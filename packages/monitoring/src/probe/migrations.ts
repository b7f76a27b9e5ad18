/** The steps of probes. Forward only; a landed step is never edited. */
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { markPlanted, PROBE_TABLES } from './tables.ts'

/** Probes are closed to every person's request: what is planted is a secret until it is settled. */
export const probeMigrations: Record<string, Migration> = {
  '0360_probes': {
    async up(db: Kysely<unknown>) {
      await PROBE_TABLES.execute(db)
      await markPlanted(db)
    },
  },
}
