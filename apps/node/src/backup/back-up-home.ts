/** Copies a member's home, whose node is stopped: keys as they lie encrypted, ledger, engine, custody; with a proof of what it holds. */
import { cp, mkdir, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type Clock, canonicalJson, Failure, type JsonValue, toHex, utcText, utf8 } from '@mingzheng/kernel'
import { proveLedgerFolder } from '@mingzheng/ledger'
import { provenCustody } from '../custody/prove-custody.ts'
import { homeLayout } from '../home/home-layout.ts'
import { readNodeConfiguration } from '../home/node-configuration.ts'
import { writeWhole } from '../home/write-whole.ts'
import { type BackupManifest, filesBelow, MANIFEST } from './backup-manifest.ts'

/** What a start makes anew, or what is of the process alone. */
const LEFT_OUT =
  /^(court|halted-\d+-at-\d+|comet\/(log|config)|comet\/cometbft\.pid|ledger\/(index|lock\.sqlite)|ledger\/log\/(sm3\/)?middle)(\/|$)|\.(sock|new|tmp)$/

/** Throws `backup-exists`, `ledger-in-use` while the node runs, and what proving throws. Answers with what was backed up. */
export async function backUpHome(home: string, folder: string, clock: Clock): Promise<BackupManifest> {
  const { member } = await readNodeConfiguration(home)
  const there = await readdir(folder).catch(() => [])
  if (there.length > 0) {
    throw new Failure('backup-exists', `${folder} is not empty`, { remedy: 'name a folder that is not there yet' })
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let manifest: BackupManifest | null = null
  const layout = homeLayout(home)
  await proveLedgerFolder(layout.ledger, async ({ origin, height, size, witnessedSize, root, state }) => {
    await provenCustody(layout.custody)
    await cp(home, folder, {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => !LEFT_OUT.test(relative(home, path).split(sep).join('/')),
    })
    manifest = {
      version: 1,
      member,
      origin,
      at: utcText(clock.now()),
      height,
      size,
      witnessedSize,
      root: toHex(root.sha256),
      rootSm3: toHex(root.sm3),
      state: toHex(state),
      files: await filesBelow(folder),
    }
    // Last of all: a copy without it is none.
    await writeWhole(join(folder, MANIFEST), utf8(canonicalJson(manifest as unknown as JsonValue)))
  })
  return manifest!
}
