/** Passwords: which are accepted, and how they are kept (argon2id, RFC 9106). */
import { hash, verify } from '@node-rs/argon2'
import { type IdentityRefusal, refused } from '../identity-failure.ts'

/** OWASP's recommended parameters for argon2id: 19 MiB, 2 passes, 1 lane. 2 is `Algorithm.Argon2id`. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const SHORTEST = 10
const LONGEST = 200

/** What people choose first, in either language's keyboard; any password that is one of these with ends added is weak. */
const COMMON = [
  '1234567890',
  '0123456789',
  '0987654321',
  '1q2w3e4r5t',
  'qwertyuiop',
  'asdfghjkl',
  'password',
  'passw0rd',
  'p@ssw0rd',
  'admin',
  'administrator',
  'mingzheng',
  'woaini',
  'aini1314',
  'iloveyou',
  'letmein',
  'welcome',
  'qazwsxedc',
  'zxcvbnm',
  'abc123',
  'abcdefg',
  '5201314',
  '88888888',
  '66666666',
  'shichangjianguan',
  'gongshangju',
]

/** One spelling whatever keyboard it was typed on (NIST SP 800-63B, section 3.1.1.2). */
function spelled(password: string): string {
  return password.normalize('NFKC')
}

/** Null when the password may be used by this person; length counts, kinds of characters do not. */
export function checkPassword(password: string, person: { username: string; name: string }): IdentityRefusal | null {
  const text = spelled(password)
  const length = Array.from(text).length
  const weak = (detail: string) =>
    refused('password-weak', detail, {
      field: 'password',
      remedy: 'use ten or more characters; a short sentence is good',
    })
  if (length < SHORTEST) return weak(`a password has at least ${SHORTEST} characters`)
  if (length > LONGEST) return weak(`a password has at most ${LONGEST} characters`)
  const lower = text.toLowerCase()
  const core = lower.replace(/[^\p{L}]+$/u, '').replace(/^[^\p{L}]+/u, '')
  if (COMMON.includes(lower) || COMMON.includes(core)) return weak('this password is among the first that are guessed')
  if (new Set(Array.from(lower)).size < 5) return weak('the password repeats a few characters')
  if (isSequence(lower)) return weak('the password is a row of neighbouring characters')
  for (const part of [person.username.toLowerCase(), person.name.toLowerCase()]) {
    if (part.length >= 3 && lower.includes(part)) return weak('the password holds your own name')
  }
  return null
}

function isSequence(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  return [1, -1].some((step) => codes.every((code, i) => i === 0 || code - codes[i - 1]! === step))
}

export function hashPassword(password: string): Promise<string> {
  return hash(spelled(password), PARAMETERS)
}

/** A hash of nothing anybody typed, so that unknown names take as long as wrong passwords. */
let decoy: Promise<string> | null = null

/** Whether the password is right. With no stored hash it takes the same time and says no. */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(crypto.randomUUID())
  const right = await verify(stored ?? (await decoy), spelled(password.slice(0, 4 * LONGEST)))
  return right && stored !== null
}

/** Four groups of letters and digits that cannot be mistaken for each other: 98 bits. For first passwords. */
export function makePassword(random: (length: number) => Uint8Array): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
  const characters = Array.from({ length: 20 }, () => {
    for (;;) {
      const byte = random(1)[0]!
      // Bytes past the last whole multiple would favour some letters.
      if (byte < alphabet.length * 8) return alphabet[byte % alphabet.length]!
    }
  }).join('')
  return characters.replace(/(.{5})(?=.)/g, '$1-')
}
