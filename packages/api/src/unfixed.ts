/** What was captured while the ledger cannot fix it: in hand at once, and plainly not fixed. */
import { defineRoutes } from './route.ts'
import { idParams } from './values.ts'

export const unfixedRoutes = defineRoutes({
  'captures.unfixed': {
    method: 'GET',
    path: '/api/captures/:id/unfixed',
    access: 'evidence.download',
    summary: 'The package of a capture that is not fixed yet: sealed, without proofs and documents',
    params: idParams,
    answer: 'bytes',
  },
})
