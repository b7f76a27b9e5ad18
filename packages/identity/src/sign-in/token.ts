/** Opaque secrets: 256 random bits for the bearer, their SHA-256 for us. */
import { digest, randomBytes, toBase64Url, utf8 } from '@mingzheng/kernel'

export function newToken(): string {
  return toBase64Url(randomBytes(32))
}

export function tokenHash(token: string): Buffer {
  return Buffer.from(digest('sha256', utf8(token.slice(0, 200).toWellFormed())))
}
