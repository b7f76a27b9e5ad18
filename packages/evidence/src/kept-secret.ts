/** Secrets at rest in the database: AES-256-GCM under a key of the instance, bound to what they belong to. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { type Bytes, concat, randomBytes, utf8 } from '@mingzheng/kernel'

export function keepSecret(key: Bytes, id: string, secret: Bytes): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(utf8(id))
  return Buffer.from(concat(nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()))
}

/** Throws where the key or the id is another. */
export function readSecret(key: Bytes, id: string, kept: Bytes): Bytes {
  const decipher = createDecipheriv('aes-256-gcm', key, kept.subarray(0, 12)).setAAD(utf8(id))
  decipher.setAuthTag(kept.subarray(kept.length - 16))
  return concat(decipher.update(kept.subarray(12, kept.length - 16)), decipher.final())
}
