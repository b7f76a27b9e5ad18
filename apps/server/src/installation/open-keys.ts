/** Opens the keys of the installation: files, or a PKCS#11 token with files for what it cannot hold. */
import { readFile } from 'node:fs/promises'
import { type KeyStore, openKeyStore, openPkcs11KeyStore, splitKeyStore } from '@mingzheng/identity'
import { type Bytes, Failure } from '@mingzheng/kernel'
import type { Configuration } from '../configuration.ts'

/** Throws what the stores throw, or `configuration-wrong` when the file of the PIN cannot be read. */
export async function openKeys(
  folder: string,
  secret: Bytes,
  token: Configuration['token'],
): Promise<{ keys: KeyStore; closeKeys: () => Promise<void> }> {
  const files = await openKeyStore({ folder, secret })
  if (token === null) return { keys: files, closeKeys: async () => undefined }
  const pin = await readPin(token.pinFile)
  const inToken = await openPkcs11KeyStore({ module: token.module, token: token.token, pin })
  return { keys: splitKeyStore(files, inToken), closeKeys: () => inToken.close() }
}

async function readPin(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } catch (cause) {
    throw new Failure('configuration-wrong', `MINGZHENG_PKCS11_PIN_FILE: ${(cause as Error).message}`, {
      field: 'MINGZHENG_PKCS11_PIN_FILE',
      remedy: 'name a file that holds the PIN of the token and that this server may read',
    })
  }
}
