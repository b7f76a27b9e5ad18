/** A small disk of its own under a folder, to be filled, emptied and made read-only. Root can make one, on Linux. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, open, rm, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
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

/**
 * A disk that fails in the middle of work, as real ones do: ext4 in a file, which turns read-only under open files when it
 * meets an error (ext4(5), `errors=remount-ro`). Only unmounting mends it.
 */
export interface FailingDisk {
  fail(): Promise<void>
  /** Nobody may have files open in it. */
  mend(): Promise<void>
  remove(): Promise<void>
}

/** Why there can be no failing disk here; null when there can. */
export async function noFailingDisk(): Promise<string | null> {
  const reason = noSmallDisk()
  if (reason !== null) return reason
  const made = await run('mkfs.ext4', ['-V']).then(
    () => true,
    () => false,
  )
  return made && existsSync('/dev/loop-control') ? null : 'a failing disk needs mkfs.ext4 and loop devices'
}

export async function makeFailingDisk(folder: string, image: string, megabytes: number): Promise<FailingDisk> {
  await mkdir(folder, { recursive: true })
  await writeFile(image, '')
  await truncate(image, megabytes << 20)
  await run('mkfs.ext4', ['-q', '-F', image])
  const mount = async () => {
    await run('mount', ['-o', 'loop,errors=remount-ro', image, folder])
    await chmod(folder, 0o711)
  }
  await mount()
  return {
    async fail() {
      const { stdout } = await run('findmnt', ['-no', 'SOURCE', folder])
      await writeFile(join('/sys/fs/ext4', basename(stdout.trim()), 'trigger_fs_error'), '1')
    },
    async mend() {
      await run('umount', [folder])
      await run('e2fsck', ['-fy', image]).catch((error: { code?: unknown }) => {
        // 1: errors were corrected (e2fsck(8)).
        if (error.code !== 1) throw error
      })
      await mount()
    },
    async remove() {
      await run('umount', ['-l', folder])
    },
  }
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
