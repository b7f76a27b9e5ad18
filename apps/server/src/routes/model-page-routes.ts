/** One behaviour's models on a page of their own. */
import type { Handlers } from '../http/handler.ts'
import type { Person } from '../person.ts'
import { modelPage } from '../views/model-page.ts'
import type { WatchRouteParts } from './watch-task-routes.ts'

export function modelPageRoutes({ as, clock }: Pick<WatchRouteParts, 'as' | 'clock'>): Handlers<Person, 'models.read'> {
  return {
    'models.read': ({ params, principal }) =>
      as(principal, (tx) => modelPage(tx, principal, params.behaviour, clock.now())),
  }
}
