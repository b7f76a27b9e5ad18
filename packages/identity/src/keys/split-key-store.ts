/** Keys in a token where it can hold them, in files where it cannot (SM2). */
import { Failure } from '@mingzheng/kernel'
import { ensureKey } from './key-name.ts'
import type { KeyStore } from './key-store.ts'

/**
 * New SM2 keys are made in `files`, all others in `token`. A key that stands in files already stays there and is used from
 * there: a token that is added later must not make a second key of the same name in silence.
 */
export function splitKeyStore(files: KeyStore, token: KeyStore): KeyStore {
  const store: KeyStore = {
    async create(name, algorithm) {
      const [one, other] = algorithm === 'sm2' ? [files, token] : [token, files]
      if ((await other.names()).includes(name)) throw new Failure('key-exists', `there is a key ${name}`)
      return one.create(name, algorithm)
    },
    async open(name) {
      try {
        return await files.open(name)
      } catch (cause) {
        if (!(cause instanceof Failure) || cause.code !== 'key-missing') throw cause
        return token.open(name)
      }
    },
    ensure: (name, algorithm) => ensureKey(store, name, algorithm),
    names: async () => [...(await files.names()), ...(await token.names())].sort(),
  }
  return store
}
