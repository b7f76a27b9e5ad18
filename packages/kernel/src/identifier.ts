/**
 * Names of things. A certificate number carries the province, the year, a serial and a check code of 80 bits keyed by
 * the issuer, so that nobody can guess another's number: `MZ-330000-2026-00000042-8F3K9Q2M7X4T1B6N`.
 */
import { native } from '#native'
import { type Bytes, bigEndian, concat, utf8 } from './bytes.ts'
import { digest, hmac } from './digest.ts'
import { kernelFailure } from './failure.ts'

declare const brand: unique symbol
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name }

/** Six digits of GB/T 2260, `330000` for Zhejiang. */
export type ProvinceCode = Branded<string, 'ProvinceCode'>
/** `MZ-PPPPPP-YYYY-NNNNNNNN-CCCCCCCCCCCCCCCC`. */
export type CertificateNumber = Branded<string, 'CertificateNumber'>
/** 128 random bits as 26 characters of Crockford base32, preceded by time: sorts by time of making (ULID). */
export type Id = Branded<string, 'Id'>

/** Crockford's base32 alphabet: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function base32(bytes: Bytes, characters: number): string {
  let out = ''
  let held = 0
  let bits = 0
  let at = bytes.length
  for (let i = 0; i < characters; i++) {
    if (bits < 5) {
      held |= (at > 0 ? bytes[--at]! : 0) << bits
      bits += 8
    }
    out = ALPHABET[held & 31] + out
    held >>>= 5
    bits -= 5
  }
  return out
}

export function parseProvinceCode(text: string): ProvinceCode {
  if (!/^[1-9]\d{5}$/.test(text)) throw kernelFailure('province-malformed', 'a province code has six digits')
  return text as ProvinceCode
}

const NUMBER = /^MZ-([1-9]\d{5})-(\d{4})-(\d{8})-([0-9A-HJKMNP-TV-Z]{16})$/

/** Reads a certificate number as people type it: spaces and case are forgiven, nothing else. Throws `number-malformed`. */
export function parseCertificateNumber(text: string): CertificateNumber {
  const tidy = text.trim().toUpperCase().replace(/\s+/g, '')
  if (!NUMBER.test(tidy)) {
    throw kernelFailure('number-malformed', 'not a certificate number', {
      field: 'number',
      remedy: 'copy the whole number from the certificate: MZ-, province, year, serial, check code',
    })
  }
  return tidy as CertificateNumber
}

/** 80-bit check code of a number: HMAC-SHA-256 by the issuer's secret over everything before the code. */
function checkCode(secret: Bytes, stem: string): string {
  return base32(hmac('sha256', secret, utf8(`mingzheng certificate number v1\n${stem}`)).subarray(0, 10), 16)
}

/** Makes the number of a serial. `secret` has 32 bytes and belongs to the issuing organisation. */
export function issueCertificateNumber(
  secret: Bytes,
  province: ProvinceCode,
  year: number,
  serial: number,
): CertificateNumber {
  if (!Number.isInteger(serial) || serial < 1 || serial > 99_999_999) {
    throw kernelFailure('serial-out-of-range', 'a serial lies between 1 and 99,999,999')
  }
  const stem = `MZ-${province}-${String(year).padStart(4, '0')}-${String(serial).padStart(8, '0')}`
  return `${stem}-${checkCode(secret, stem)}` as CertificateNumber
}

/** What of a number stands on the ledger: SHA-256 over a domain and the number; 80 unknown bits keep it unguessable. */
export function numberDigest(number: CertificateNumber): Bytes {
  return digest('sha256', concat(utf8('mingzheng certificate number v1\n'), utf8(number)))
}

/** A new id: 48 bits of milliseconds, 80 random bits. */
export function newId(nowMs: number, random = native.random): Id {
  return base32(concat(bigEndian(nowMs, 6), random(10)), 26) as Id
}

export function parseId(text: string): Id {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)) throw kernelFailure('id-malformed', 'not an id')
  return text as Id
}

/** The milliseconds that an id was made with. */
export function idTime(id: string): number {
  return [...id.slice(0, 10)].reduce((time, character) => time * 32 + ALPHABET.indexOf(character), 0)
}

/** `length` bytes of the system's randomness. */
export function randomBytes(length: number): Bytes {
  return native.random(length)
}
