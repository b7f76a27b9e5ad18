/** Says in the log when the disk of a home falls below its alarm, and when it is above it again: whoever reads no page reads that. */
import { statfs } from 'node:fs/promises'
import type { Logger } from 'pino'

const LOOK_MS = 30_000
export const DISK_ALARM_BYTES = 2 * 1024 ** 3

/** Free bytes where a folder is. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Tells each change once. */
export function alarmTeller(
  alarmBytes: number,
  logger: Pick<Logger, 'error' | 'info' | 'warn'>,
): (freeBytes: number) => void {
  let low = false
  return (freeBytes) => {
    const now = freeBytes < alarmBytes
    if (now && !low) {
      // A full disk stops this member from taking part: there is room for the words still.
      logger.error({ code: 'disk-low', freeBytes, alarmBytes }, 'the disk is nearly full')
    } else if (!now && low) {
      logger.info({ freeBytes, alarmBytes }, 'the disk has room again')
    }
    low = now
  }
}

export function startDiskWatch(folder: string, alarmBytes: number, logger: Logger): { stop(): void } {
  const tell = alarmTeller(alarmBytes, logger)
  const look = () => void freeBytesOf(folder).then(tell, () => undefined)
  look()
  const timer = setInterval(look, LOOK_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
