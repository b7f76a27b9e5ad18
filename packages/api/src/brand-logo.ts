/** Logos of brands on the register: pictures that listings' pictures are compared with. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { hexDigestSchema, idParams, idSchema, timeSchema } from './values.ts'

export const brandLogoSchema = z.object({
  id: idSchema,
  /** Key of the brand on its register. */
  brandKey: z.string(),
  sha256: hexDigestSchema,
  mediaType: z.enum(['image/png', 'image/jpeg']),
  by: z.string(),
  at: timeSchema,
  endedAt: timeSchema.nullable(),
})
export type BrandLogoView = z.infer<typeof brandLogoSchema>

const brandKey = z.string().min(1).max(500)

export const brandLogoRoutes = defineRoutes({
  'brandLogos.list': {
    method: 'GET',
    path: '/api/brand-logos',
    access: 'monitoring.read',
    summary: 'Logos that stand, of one brand or of all, the oldest first; at most 500',
    query: z.object({ brand: brandKey.optional() }),
    response: z.object({ logos: z.array(brandLogoSchema) }),
  },
  'brandLogos.add': {
    method: 'POST',
    path: '/api/brand-logos',
    access: 'monitoring.settings',
    summary: 'Add a logo to a brand (body: the picture, PNG or JPEG, at most 4 MB)',
    query: z.object({ brand: brandKey }),
    response: brandLogoSchema,
    status: 201,
  },
  'brandLogos.end': {
    method: 'DELETE',
    path: '/api/brand-logos/:id',
    access: 'monitoring.settings',
    summary: 'Take a logo off its brand; leads that rest on it keep it',
    params: idParams,
    response: brandLogoSchema,
  },
  'brandLogos.picture': {
    method: 'GET',
    path: '/api/brand-logos/:id/picture',
    access: 'monitoring.read',
    summary: 'The picture of a logo',
    params: idParams,
    answer: 'bytes',
  },
})
