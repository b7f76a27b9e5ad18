/** The steps of what is handed in. Forward only; a landed step is never edited. */
import { protectTable } from '@mingzheng/identity'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { SUBMISSION_TABLES } from './tables.ts'

export const submissionMigrations: Record<string, Migration> = {
  '0350_submissions': {
    async up(db: Kysely<unknown>) {
      await SUBMISSION_TABLES.execute(db)
      for (const table of ['submission', 'submission_problem', 'opinion'] as const) {
        await protectTable(db, table, 'case', 'read')
      }
    },
  },
}
