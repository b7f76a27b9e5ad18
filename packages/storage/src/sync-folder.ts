import { open } from 'node:fs/promises'

/**
 * Makes the names in a folder durable: what was created, linked or renamed there stands after a crash of the machine. Windows cannot
 * open a folder; there the file system orders names by itself.
 */
export async function syncFolder(path: string, platform: NodeJS.Platform = process.platform): Promise<void> {
  if (platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
