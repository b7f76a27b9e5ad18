/** Tickets that let the replay origin read one file of one package for a while; it has no sessions of its own. */
import { type Bytes, type Clock, equalBytes, fromBase64Url, fromUtf8, hmac, toBase64Url, utf8 } from '@mingzheng/kernel'
import { z } from 'zod'

const ticketSchema = z.strictObject({
  number: z.string(),
  edition: z.number().int(),
  path: z.string(),
  expires: z.number().int(),
})
export type ReplayTicket = z.infer<typeof ticketSchema>

const LIFE_MS = 3_600_000

export interface Tickets {
  issue(number: string, edition: number, path: string): string
  /** The ticket, or null when it is forged, malformed or too old. */
  read(text: string): ReplayTicket | null
}

/** Tickets signed with `key` (32 bytes, this process's own). */
export function createTickets(key: Bytes, clock: Clock): Tickets {
  const seal = (body: string) => toBase64Url(hmac('sha256', key, utf8(`mingzheng replay ticket v1\n${body}`)))
  return {
    issue(number, edition, path) {
      const ticket: ReplayTicket = { number, edition, path, expires: clock.now() + LIFE_MS }
      const body = toBase64Url(utf8(JSON.stringify(ticket)))
      return `${body}.${seal(body)}`
    },
    read(text) {
      const [body, mark] = text.split('.', 2)
      if (body === undefined || mark === undefined || !equalBytes(utf8(seal(body)), utf8(mark))) return null
      try {
        const ticket = ticketSchema.parse(JSON.parse(fromUtf8(fromBase64Url(body))))
        return ticket.expires > clock.now() ? ticket : null
      } catch {
        return null
      }
    },
  }
}
