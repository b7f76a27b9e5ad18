/** The digest of the code that captures, so that a report can be held against a release. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { createDigest, toHex, utf8 } from '@mingzheng/kernel'

const ROOT = join(import.meta.dirname, '..', '..')
const FOLDERS = ['archive', 'browser', 'capture']

/**
 * SHA-256 over every source file of the capture in order of its path: path, a zero byte, length in decimal, a zero
 * byte, content. Tests are left out. `null` when the sources cannot be read.
 */
export async function codeDigest(): Promise<string | null> {
  try {
    const files: string[] = []
    for (const folder of FOLDERS) {
      for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name)
        if (entry.isFile() && path.endsWith('.ts') && !path.endsWith('.test.ts')) files.push(path)
      }
    }
    const running = createDigest('sha256')
    const named = files.map((path) => ({ path, name: relative(ROOT, path).split(sep).join('/') }))
    named.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const { path, name } of named) {
      const content = await readFile(path)
      running.update(utf8(`${name}\0${content.length}\0`)).update(content)
    }
    return toHex(running.digest())
  } catch {
    return null
  }
}
