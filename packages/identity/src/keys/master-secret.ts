/** The secret that opens the key files: 32 random bytes in a file that only its owner may read. */
import { open, readFile, stat } from 'node:fs/promises'
import { type Bytes, Failure, fromHex, randomBytes, toHex } from '@mingzheng/kernel'

/**
 * Reads the secret at `path`, making it on first use. Throws `master-secret-exposed` when others may read the file, and
 * `master-secret-malformed` when it is not 64 hexadecimal digits.
 */
export async function readMasterSecret(path: string): Promise<Bytes> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.write(`${toHex(randomBytes(32))}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
  // On Windows modes say nothing; access is what the folder's list allows.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new Failure('master-secret-exposed', `others may read ${path}`, { remedy: `chmod 600 ${path}` })
  }
  const text = (await readFile(path, 'utf8')).trim()
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Failure('master-secret-malformed', `${path} is not 64 hexadecimal digits`)
  return fromHex(text)
}
