/** A folder of its own for a test. Removed when the test's process ends: ledgers that the test closes at its end still write. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders = new Set<string>()

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mingzheng-ledger-'))
  if (folders.size === 0) process.once('exit', removeAll)
  folders.add(folder)
  return folder
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
