/** Saved views: a name for a set of filters, one person's own. */
import { type Clock, newId } from '@mingzheng/kernel'
import type { Kysely } from 'kysely'
import type { EvidenceTables } from './schema.ts'

export interface SavedView {
  id: string
  name: string
  /** The filters as they stand in the address bar. */
  query: string
}

interface Owner {
  userId: string
  organisationId: string
}

export function listViews(db: Kysely<EvidenceTables>, owner: Owner): Promise<SavedView[]> {
  return db
    .selectFrom('saved_view')
    .select(['id', 'name', 'query'])
    .where('user_id', '=', owner.userId)
    .orderBy('created_at')
    .limit(200)
    .execute()
}

export async function saveView(
  db: Kysely<EvidenceTables>,
  owner: Owner,
  view: Omit<SavedView, 'id'>,
  clock: Clock,
): Promise<SavedView> {
  const id = newId(clock.now())
  await db
    .insertInto('saved_view')
    .values({
      id,
      user_id: owner.userId,
      organisation_id: owner.organisationId,
      created_at: new Date(clock.now()),
      ...view,
    })
    .execute()
  return { id, ...view }
}

/** Removes a view of this person; another's, or none, is `false`. */
export async function removeView(db: Kysely<EvidenceTables>, owner: Owner, id: string): Promise<boolean> {
  const done = await db
    .deleteFrom('saved_view')
    .where('id', '=', id)
    .where('user_id', '=', owner.userId)
    .executeTakeFirst()
  return done.numDeletedRows > 0n
}
