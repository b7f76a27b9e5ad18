/** What the command line of the server's own machine may do before or beside all accounts; the instance file's token opens it. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'

const words = z.string().trim().min(1).max(100)
const administrator = z.object({ username: words, name: words })

export const consoleRoutes = defineRoutes({
  'console.setUp': {
    method: 'POST',
    path: '/api/console/administrators',
    access: 'console',
    summary: 'Found the organisation with its three administrators, each a separate person; only once',
    body: z.object({
      organisation: z.object({ zh: words, en: words }),
      system: administrator,
      security: administrator,
      audit: administrator,
      /** The system account at the console, for the record. */
      by: words,
    }),
    response: z.object({
      people: z.array(z.object({ username: z.string(), role: z.string(), firstPassword: z.string() })),
    }),
    status: 201,
  },
  'console.mend': {
    method: 'POST',
    path: '/api/console/recoveries',
    access: 'console',
    summary: 'Remove a lost second factor, end sessions and lockout, on the record',
    body: z.object({ username: words, reason: z.string().trim().min(1).max(500), newPassword: z.boolean(), by: words }),
    response: z.object({ username: z.string(), removed: z.number().int(), firstPassword: z.string().nullable() }),
  },
})
