/** Whom the database server runs as. It refuses to run as root, and so do we for it. */
import { lchown, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { storageFailure } from '../storage-failure.ts'

export interface ServiceUser {
  name: string
  uid: number
  gid: number
}

/**
 * Accounts that exist on systems as they come, best first. `nobody` is last: the browser runs as it, and what a hostile
 * page might win there must not own the database's files.
 */
const CANDIDATES = ['postgres', 'daemon', 'nobody']

/** The account to run as, or null when this process is unprivileged and runs the server itself. */
export async function findServiceUser(folder: string): Promise<ServiceUser | null> {
  if (process.getuid?.() !== 0) return null
  const accounts = await readAccounts()
  // An existing cluster keeps its owner, or the server would refuse it after an account appeared.
  const owner = await stat(folder).then(
    ({ uid }) => accounts.find((account) => account.uid === uid && uid !== 0),
    () => undefined,
  )
  const user = owner ?? CANDIDATES.map((name) => accounts.find((account) => account.name === name)).find(Boolean)
  if (user !== undefined) return user
  throw storageFailure('database-start-failed', 'PostgreSQL cannot run as root, and there is no other account to use', {
    remedy: 'start as an ordinary user, or create an account called postgres',
  })
}

async function readAccounts(): Promise<ServiceUser[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name === undefined || gid === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid) }]
  })
}

/** Gives a folder and what is in it to the account; links are changed themselves, never followed. */
export async function giveTo(path: string, user: ServiceUser): Promise<void> {
  await lchown(path, user.uid, user.gid)
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) await giveTo(child, user)
    else await lchown(child, user.uid, user.gid)
  }
}
