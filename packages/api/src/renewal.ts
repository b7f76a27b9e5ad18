/** What is taken anew over evidence that is held, so that it outlives the keys and algorithms of its day. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { idParams, numberParams, numberSchema } from './values.ts'

/** `renewal`: the file's bytes as base64. */
const renewalSchema = z.object({ fileName: z.string(), renewal: z.base64() })

export const renewalRoutes = defineRoutes({
  'evidence.renewal': {
    method: 'POST',
    path: '/api/evidence/:number/renewal',
    access: 'evidence.download',
    summary: 'A renewal of one edition: a new timestamp over the package and receipts under the newest checkpoint',
    params: numberParams,
    query: z.object({ edition: z.coerce.number().int().min(1).optional() }),
    response: renewalSchema,
    status: 201,
  },
  'preservations.renewal': {
    method: 'POST',
    path: '/api/v1/preservations/:id/renewal',
    access: 'preservation.use',
    summary: 'A renewal of the package: a new timestamp over it and receipts under the newest checkpoint',
    params: idParams,
    response: renewalSchema,
    status: 201,
    open: true,
  },
  'console.packages': {
    method: 'GET',
    path: '/api/console/packages',
    access: 'console',
    summary:
      'All packages by their numbers, in their order: of evidence with its editions, of preservations, for parties',
    query: z.object({
      after: numberSchema.optional(),
      /** Only the package of this number. */
      number: numberSchema.optional(),
      /** `all`: also preservations whose package nobody has asked for yet. */
      which: z.enum(['made', 'all']).default('made'),
      limit: z.coerce.number().int().min(1).max(1000).default(200),
    }),
    response: z.object({
      packages: z.array(z.object({ number: numberSchema, editions: z.array(z.number().int()) })),
      next: numberSchema.nullable(),
    }),
  },
  'console.renewal': {
    method: 'POST',
    path: '/api/console/packages/:number/renewal',
    access: 'console',
    summary:
      'A renewal of one edition of evidence, of a preservation’s package, made where it is not yet, or of a package for a party',
    params: numberParams,
    query: z.object({ edition: z.coerce.number().int().min(1).optional() }),
    response: renewalSchema,
    status: 201,
  },
})
