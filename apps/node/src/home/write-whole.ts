/** Files of a home appear whole or not at all. */
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Bytes } from '@mingzheng/kernel'

/** Writes, syncs, and only then gives it its name; readable by its owner alone. */
export async function writeWhole(path: string, bytes: Bytes): Promise<void> {
  const aside = `${path}.new`
  const file = await open(aside, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(aside, path)
  const folder = await open(dirname(path))
  await folder.sync().finally(() => folder.close())
}
