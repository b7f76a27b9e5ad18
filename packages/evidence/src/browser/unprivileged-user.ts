/** Who the browser runs as. A browser started by root switches its sandbox off; so root lends it another user. */
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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

/** A new empty folder, readable by that user alone. */
export async function makeProfileFolder(user: UnprivilegedUser | null): Promise<ProfileFolder> {
  const path = await mkdtemp(join(tmpdir(), 'mingzheng-browser-'))
  await chownTo(path, user)
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }) }
}
