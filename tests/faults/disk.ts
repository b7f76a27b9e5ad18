/** A small disk of its own under a folder, to be filled, emptied and made read-only. Root can make one, on Linux. */
import { execFile } from 'node:child_process'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface SmallDisk {
  fill(): Promise<void>
  empty(): Promise<void>
  readOnly(): Promise<void>
  writable(): Promise<void>
  remove(): Promise<void>
}

/** Why there can be no small disk here; null when there can. */
export function noSmallDisk(): string | null {
  if (process.platform !== 'linux') return 'a disk of its own under a folder needs Linux'
  return process.getuid?.() === 0 ? null : 'a disk of its own under a folder needs root'
}

export async function makeSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=711`, 'tmpfs', folder])
  const filler = join(folder, '.filler')
  const remount = (how: string) => run('mount', ['-o', `remount,${how}`, folder])
  return {
    async fill() {
      const handle = await open(filler, 'a')
      try {
        for (let size = 1 << 20; size >= 1; ) {
          const { bytesWritten } = await handle.write(Buffer.alloc(size)).catch(() => ({ bytesWritten: 0 }))
          if (bytesWritten === 0) size >>= 1
        }
      } finally {
        await handle.close()
      }
    },
    empty: () => rm(filler, { force: true }),
    readOnly: async () => void (await remount('ro')),
    writable: async () => void (await remount('rw')),
    async remove() {
      await run('umount', ['-l', folder])
    },
  }
}
