/**
 * Lockout with back-off: by account, so that nobody guesses one person's password; by address, so that nobody tries one
 * password on everybody. An attempt is counted before it is judged, so that a thousand at once are a thousand.
 */
import type { Clock } from '@mingzheng/kernel'
import { type Kysely, sql } from 'kysely'
import { type IdentityRefusal, refused } from '../identity-failure.ts'
import type { IdentityTables } from '../schema.ts'

/** Failures allowed before the first block, then waits that double up to the longest. */
const LIMITS = {
  account: { free: 5, firstMs: 30_000, longestMs: 3_600_000 },
  address: { free: 30, firstMs: 10_000, longestMs: 600_000 },
} as const

/** A day without failures, and all is forgotten. */
const FORGET_MS = 24 * 3_600_000

export type ThrottleKind = keyof typeof LIMITS

/** How long failure number `failures` blocks. */
export function blockMs(kind: ThrottleKind, failures: number): number {
  const { free, firstMs, longestMs } = LIMITS[kind]
  return failures < free ? 0 : Math.min(longestMs, firstMs * 2 ** Math.min(30, failures - free))
}

export interface Attempt {
  /** The first of two steps was right: the address gets its attempt back, the account's count stands. */
  rightSoFar(): Promise<void>
  /** It was right: the account's count starts over, and the address gets its attempt back. */
  succeeded(): Promise<void>
}

/** Counts an attempt against both keys, or refuses it as `sign-in-blocked` without judging it. */
export async function beginAttempt(
  db: Kysely<IdentityTables>,
  clock: Clock,
  who: { account: string; address: string },
): Promise<Attempt | IdentityRefusal> {
  const account = `account:${who.account}`
  const address = `address:${who.address}`
  const blockedUntil = await db.transaction().execute(async (tx) => {
    // A blocked address is turned away before it can do anything to somebody's account.
    const until = await count(tx, clock.now(), 'address', address)
    return until > clock.now() ? until : count(tx, clock.now(), 'account', account)
  })
  if (blockedUntil > clock.now()) {
    const seconds = Math.ceil((blockedUntil - clock.now()) / 1000)
    return refused('sign-in-blocked', `too many failed attempts; wait ${seconds} seconds`, {
      remedy: 'wait, or ask the security administrator to unlock the account',
    })
  }
  const giveBackAddress = async () => {
    await sql`update sign_in_throttle set failures = greatest(0, failures - 1), blocked_until = null
        where key = ${address}`.execute(db)
  }
  return {
    rightSoFar: giveBackAddress,
    async succeeded() {
      await db.deleteFrom('sign_in_throttle').where('key', '=', account).execute()
      await giveBackAddress()
    },
  }
}

/** Counts one attempt. Answers until when the key was blocked before it; a blocked attempt is not counted again. */
async function count(tx: Kysely<IdentityTables>, now: number, kind: ThrottleKind, key: string): Promise<number> {
  const at = new Date(now)
  // One statement that finds or makes the row and holds it: a success elsewhere may remove it at any moment.
  const row = await tx
    .insertInto('sign_in_throttle')
    .values({ key, failures: 0, blocked_until: null, last_at: at })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ key }))
    .returningAll()
    .executeTakeFirstOrThrow()
  const until = row.blocked_until?.getTime() ?? 0
  if (until > now) return until
  const failures = (now - row.last_at.getTime() > FORGET_MS ? 0 : row.failures) + 1
  const wait = blockMs(kind, failures)
  const blocked_until = wait === 0 ? null : new Date(now + wait)
  await tx
    .updateTable('sign_in_throttle')
    .set({ failures, blocked_until, last_at: at })
    .where('key', '=', key)
    .execute()
  return 0
}

/** Ends an account's lockout. */
export async function clearThrottle(db: Kysely<IdentityTables>, account: string): Promise<void> {
  await db.deleteFrom('sign_in_throttle').where('key', '=', `account:${account}`).execute()
}

/** Which of these accounts are blocked now. */
export async function blockedAccounts(
  db: Kysely<IdentityTables>,
  clock: Clock,
  accounts: string[],
): Promise<Set<string>> {
  if (accounts.length === 0) return new Set()
  const rows = await db
    .selectFrom('sign_in_throttle')
    .select('key')
    .where(
      'key',
      'in',
      accounts.map((account) => `account:${account}`),
    )
    .where('blocked_until', '>', new Date(clock.now()))
    .execute()
  return new Set(rows.map((row) => row.key.slice('account:'.length)))
}
