/** Names of keys, and opening a key or making it: what every key store does alike. */
import { Failure, type SignatureAlgorithm, type Signer } from '@mingzheng/kernel'
import type { KeyStore } from './key-store.ts'

/** The name itself. Throws `key-name-invalid`: 1 to 100 lower-case letters, digits, dots, dashes and underscores. */
export function requireKeyName(name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)) throw new Failure('key-name-invalid', `${name} is no name of a key`)
  return name
}

/** Opens the key or makes it; when another makes it meanwhile, opens that. Throws `key-algorithm` for another kind of key. */
export async function ensureKey(store: KeyStore, name: string, algorithm: SignatureAlgorithm): Promise<Signer> {
  const signer = await store.open(name).catch((cause: unknown) => {
    if (cause instanceof Failure && cause.code === 'key-missing') return null
    throw cause
  })
  if (signer === null) {
    try {
      return await store.create(name, algorithm)
    } catch (cause) {
      if (cause instanceof Failure && cause.code === 'key-exists') return ensureKey(store, name, algorithm)
      throw cause
    }
  }
  if (signer.publicKey.algorithm !== algorithm) {
    throw new Failure('key-algorithm', `the key ${name} is of ${signer.publicKey.algorithm}, not ${algorithm}`)
  }
  return signer
}
