/** Logs: JSON lines on standard error. Secrets never reach them: known fields are cut out, addresses lose their query. */
import { type DestinationStream, type Logger, pino } from 'pino'

const SECRET_FIELDS = ['password', 'secret', 'token', 'ticket', 'authorization', 'cookie']

/** `destination`: standard error when left out. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[secret]',
      },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  )
}
