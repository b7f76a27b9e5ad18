/** For tests: an identity over a real database with the demo's people, and ways to act as one of them. */
import { isRefusal, manualClock } from '@mingzheng/kernel'
import type { Database, MigrationSet } from '@mingzheng/storage'
import { testDatabase } from '@mingzheng/storage/testing'
import { createIdentity, type Identity, type IdentityOptions } from './identity.ts'
import { identityMigrations } from './migrations.ts'
import type { DemoSeed } from './people/seed-demo.ts'
import type { Principal } from './permission/principal.ts'
import type { IdentityTables } from './schema.ts'
import type { Session } from './sign-in/session.ts'

export { totpCode } from './sign-in/totp.ts'

/** 2026-11-24 08:00 in China. */
export const TEST_START = Date.UTC(2026, 10, 24)
export const TEST_ORIGIN = { address: '127.0.0.1' }

export interface TestIdentity {
  identity: Identity
  database: Database<IdentityTables>
  clock: ReturnType<typeof manualClock>
  seed: DemoSeed
  /** Signs a demo person in by password. */
  session(username: string): Promise<{ token: string; session: Session }>
  principal(username: string): Promise<Principal>
  close(): Promise<void>
}

/** The demo seeded into a fresh database; second factors are offered, not demanded. */
export async function testIdentity(
  rules: IdentityOptions['rules'] = { secondFactor: 'offered' },
  ...sets: MigrationSet[]
): Promise<TestIdentity> {
  const database = await testDatabase<IdentityTables>(identityMigrations, ...sets)
  const clock = manualClock(TEST_START)
  const identity = createIdentity({
    database,
    clock,
    secret: new Uint8Array(32).fill(7),
    publicUrl: () => 'http://localhost:8420',
    rules,
  })
  const seed = await identity.organisations.seedDemo('330000')
  async function session(username: string) {
    const person = [...seed.people, ...seed.otherPeople].find((one) => one.username === username)
    const given = { username, password: person?.password ?? '' }
    const answer = await identity.signIn.start(given, TEST_ORIGIN)
    if (isRefusal(answer) || answer.kind !== 'signed-in') throw new Error(`${username} was not signed in`)
    return answer
  }
  return {
    identity,
    database,
    clock,
    seed,
    session,
    principal: async (username) => (await session(username)).session.principal,
    close: () => database.close(),
  }
}
