/** What a route is: one table entry from which the server registers, the client calls and the documentation is made. */
import { z } from 'zod'

/**
 * Permissions as sign-in and roles know them; `public` needs none, `session` any signed-in person, `console` the token in the
 * instance file, which only the machine's own command line can read.
 */
export const accessSchema = z.enum([
  'public',
  'session',
  'console',
  'evidence.read',
  'evidence.capture',
  'evidence.download',
  'evidence.edit',
  'organisation.read',
  'organisation.manage',
  'security.manage',
  'audit.read',
  'preservation.use',
  'monitoring.read',
  'monitoring.task',
  'monitoring.lead',
  'probe.use',
  'report.use',
  'monitoring.settings',
  'monitoring.approve',
])
export type Access = z.infer<typeof accessSchema>

/** How the answer travels: `json` by schema, `bytes` as a file (ranges allowed), `events` as server-sent events. */
export type Answer = 'json' | 'bytes' | 'events'

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path with `:name` parameters. */
  path: string
  access: Access
  summary: string
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** Schema of the JSON answer, or of each event's data for `events`. */
  response?: z.ZodType
  answer?: Answer
  /** Status of success; 200 when not given. */
  status?: 200 | 201 | 202 | 204
  /** Whether it belongs to the open API for other systems, with an API key and documentation at `/docs`. */
  open?: boolean
}

/** Keeps the exact types of a table of routes. */
export function defineRoutes<const T extends Record<string, Route>>(table: T): T {
  return table
}

/** RFC 9457 problem: what every error looks like. `code` is stable; `field` and `remedy` are for people. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string().optional(),
  field: z.string().optional(),
  remedy: z.string().optional(),
  /** Names the request in the server's log. */
  instance: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>
