/** What is taken anew over evidence that is held, so that it outlives the keys and algorithms of its day. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { numberParams } from './values.ts'

export const renewalRoutes = defineRoutes({
  'evidence.renewal': {
    method: 'POST',
    path: '/api/evidence/:number/renewal',
    access: 'evidence.download',
    summary: 'A renewal of one edition: a new timestamp over the package and receipts under the newest checkpoint',
    params: numberParams,
    query: z.object({ edition: z.coerce.number().int().min(1).optional() }),
    /** `renewal`: the file's bytes as base64. */
    response: z.object({ fileName: z.string(), renewal: z.base64() }),
    status: 201,
  },
})
