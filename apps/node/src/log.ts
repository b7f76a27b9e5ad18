/** Logs: JSON lines on standard error. Secrets never reach them. */
import { type Logger, pino } from 'pino'

export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['token', '*.token', 'secret', '*.secret', 'authorization'], censor: '[secret]' },
    },
    pino.destination({ dest: 2, sync: false }),
  )
}
