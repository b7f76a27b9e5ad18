/** For tests: a real file system that is really full. Needs the right to mount; without it the tests say so. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  folder: string
  /** Leaves only so much room. */
  fill(leaveBytes: number): void
  empty(): void
  /** Takes away, or gives back, the right to write. */
  readOnly(on: boolean): void
  remove(): void
}

/** Null where this process may not mount. */
export function openSmallDisk(bytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'mz-disk-'))
  const mount = (...options: string[]) =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', folder]).status === 0
  if (process.platform !== 'linux' || !mount(`size=${bytes}`, 'mode=0755')) {
    rmSync(folder, { recursive: true, force: true })
    return null
  }
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill(leaveBytes) {
      mkdirSync(folder, { recursive: true })
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)))
    },
    empty: () => rmSync(ballast, { force: true }),
    readOnly: (on) => void mount('remount', on ? 'ro' : 'rw', `size=${bytes}`),
    remove() {
      spawnSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
