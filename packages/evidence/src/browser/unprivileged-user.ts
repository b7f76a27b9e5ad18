/** Who the browser runs as. A browser started by root switches its sandbox off; so root lends it another user. */
import { chown, lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@mingzheng/kernel'

export interface UnprivilegedUser {
  uid: number
  gid: number
}

/** `nobody` on Linux and the BSDs: owns no files, is in no groups. */
const NOBODY: UnprivilegedUser = { uid: 65534, gid: 65534 }

/** The user to run a browser as, or `null` when this process is unprivileged itself. */
export function unprivilegedUser(): UnprivilegedUser | null {
  return process.getuid?.() === 0 ? NOBODY : null
}

/** Gives a file or folder to that user; `null` leaves it where it is. */
export async function chownTo(path: string, user: UnprivilegedUser | null): Promise<void> {
  if (user !== null) await chown(path, user.uid, user.gid)
}

export interface ProfileFolder {
  path: string
  remove(): Promise<void>
}

const PREFIX = 'mingzheng-browser-'
/** A folder of a process that is gone is left alone for so long, milliseconds. */
const GRACE_MS = 10 * 60_000

/** A new empty folder, readable by that user alone. Its name tells which process made it. */
export async function makeProfileFolder(user: UnprivilegedUser | null): Promise<ProfileFolder> {
  await removeAbandonedProfiles()
  const path = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  await chownTo(path, user)
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }) }
}

/** Removes profiles whose process was killed before it could: they may hold what an officer signed in with. */
export async function removeAbandonedProfiles(folder: string = tmpdir(), clock: Clock = systemClock): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = /^mingzheng-browser-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    const path = join(folder, name)
    try {
      const { mtimeMs } = await lstat(path)
      if (clock.now() - mtimeMs > GRACE_MS) await rm(path, { recursive: true, force: true })
    } catch {
      // Another process is removing it.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
