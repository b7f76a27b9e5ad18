/**
 * Makes a home of a backup again, with a proof that nothing is missing, and so that its keys sign nothing twice: what the member signed
 * after the backup is not in it, so all heights that it can have voted on are forbidden to it before its engine ever starts.
 */
import { cp, readdir } from 'node:fs/promises'
import { sep } from 'node:path'
import { Failure, toHex } from '@mingzheng/kernel'
import { proveLedgerFolder, raiseSigned } from '@mingzheng/ledger'
import { provenCustody } from '../custody/prove-custody.ts'
import { homeLayout } from '../home/home-layout.ts'
import { type BackupManifest, MANIFEST, readWholeBackup } from './backup-manifest.ts'
import { BEYOND, heightOfOthers } from './others.ts'

export interface Restored {
  readonly manifest: BackupManifest
  /** The highest block that another member has. */
  readonly height: number
  /** Nothing is signed up to this height. */
  readonly forbidden: number
  /** Files in custody that are there and right. */
  readonly held: number
}

/**
 * `anew` leaves the ledger and its engine out: they are fetched from the others. Throws `home-taken`, `backup-broken`,
 * `others-away`, `member-still-runs`, and what proving throws.
 */
export async function restoreHome(folder: string, home: string, { anew }: { anew: boolean }): Promise<Restored> {
  if ((await readdir(home).catch(() => [])).length > 0) {
    throw new Failure('home-taken', `${home} is not empty`, { remedy: 'name a folder that is not there yet' })
  }
  const manifest = await readWholeBackup(folder)
  const height = await heightOfOthers(folder)
  const layout = homeLayout(home)
  const parts = (path: string) => path.slice(folder.length + 1).split(sep)
  await cp(folder, home, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => {
      const [top, inside] = parts(path)
      if (top === MANIFEST) return false
      return !anew || !(top === 'ledger' || (top === 'comet' && inside !== undefined))
    },
  })
  const forbidden = raiseSigned(layout.comet, height + BEYOND)
  if (!anew) await requireSame(layout.ledger, manifest)
  return { manifest, height, forbidden, held: await provenCustody(layout.custody) }
}

/** The ledger must prove to be what was backed up. */
async function requireSame(folder: string, manifest: BackupManifest): Promise<void> {
  const { size, height, root, state } = await proveLedgerFolder(folder)
  const same =
    size === manifest.size &&
    height === manifest.height &&
    toHex(root.sha256) === manifest.root &&
    toHex(root.sm3) === manifest.rootSm3 &&
    toHex(state) === manifest.state
  if (!same) throw new Failure('backup-broken', 'the ledger is not the one that was backed up', { field: 'ledger' })
}
