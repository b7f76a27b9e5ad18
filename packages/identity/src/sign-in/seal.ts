/** Small secrets that must be read again (one-time-code seeds), encrypted at rest: AES-256-GCM, nonce first, tag last. */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { type Bytes, Failure, randomBytes, utf8 } from '@mingzheng/kernel'

export interface Sealer {
  /** `context` names what the secret belongs to; it opens under the same one only. */
  seal(secret: Bytes, context: string): Buffer
  /** Throws `secret-unreadable`. */
  open(sealed: Bytes, context: string): Bytes
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `secret` has 32 bytes and belongs to the instance. */
export function createSealer(secret: Bytes): Sealer {
  const key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), 'mingzheng identity seal v1', 32))
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(utf8(context))
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, context) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES)).setAAD(utf8(context))
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
        const middle = sealed.subarray(NONCE_BYTES, -TAG_BYTES)
        return new Uint8Array(Buffer.concat([decipher.update(middle), decipher.final()]))
      } catch (cause) {
        throw new Failure('secret-unreadable', 'a stored secret does not open with the key of this instance', {
          cause,
          remedy: 'restore the instance’s keys folder from the same backup as the database',
        })
      }
    },
  }
}
