/**
 * Keys in a PKCS#11 token: P-256 and Ed25519. SM2 keys are refused (`key-algorithm-unsupported`), since PKCS#11 2.40 has no
 * mechanism for them; they come from files.
 */
import { type Bytes, bigEndian, concat, Failure, type PublicKey, type Signer, toHex } from '@mingzheng/kernel'
import { ensureKey, requireKeyName } from '../key-name.ts'
import type { KeyStore } from '../key-store.ts'
import type { TokenAlgorithm, TokenOptions } from './token.ts'
import { openTokenThread } from './token-thread.ts'

/** Throws `pkcs11-module`, `pkcs11-token-missing`, `pkcs11-pin-wrong` or `pkcs11-pin-locked`. */
export async function openPkcs11KeyStore(options: TokenOptions): Promise<KeyStore & { close(): Promise<void> }> {
  const thread = openTokenThread(options)
  try {
    await thread.ask({ kind: 'open' })
  } catch (cause) {
    await thread.close()
    throw cause
  }
  const publicKeyOf = async (name: string) =>
    (await thread.ask({ kind: 'public-key', name: requireKeyName(name) })) as PublicKey | null
  const signerOf = (name: string, publicKey: PublicKey): Signer => ({
    publicKey,
    async sign(message) {
      const algorithm = publicKey.algorithm as TokenAlgorithm
      const signature = (await thread.ask({ kind: 'sign', name, algorithm, message })) as Bytes
      return algorithm === 'p256' ? lowS(signature) : signature
    },
  })
  // Tokens take two keys of one label: within this process one is made after another.
  let making: Promise<unknown> = Promise.resolve()
  const store: KeyStore = {
    create(name, algorithm) {
      const made = making.then(async () => {
        if (algorithm === 'sm2') throw new Failure('key-algorithm-unsupported', 'PKCS#11 has no SM2 keys')
        if ((await publicKeyOf(name)) !== null) throw new Failure('key-exists', `the token has a key ${name}`)
        await thread.ask({ kind: 'generate', name, algorithm })
        return store.open(name)
      })
      making = made.catch(() => undefined)
      return made
    },
    async open(name) {
      const publicKey = await publicKeyOf(name)
      if (publicKey === null) throw new Failure('key-missing', `the token has no key ${name}`)
      return signerOf(name, publicKey)
    },
    ensure: (name, algorithm) => ensureKey(store, name, algorithm),
    names: async () => (await thread.ask({ kind: 'names' })) as string[],
  }
  return { ...store, close: () => thread.close() }
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** Tokens answer either s; this project knows the lower. */
function lowS(signature: Bytes): Bytes {
  const s = BigInt(`0x${toHex(signature.subarray(32))}`)
  return s <= P256_ORDER / 2n ? signature : concat(signature.subarray(0, 32), bigEndian(P256_ORDER - s, 32))
}
