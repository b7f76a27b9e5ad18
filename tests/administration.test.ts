import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Client, ProblemError } from '@mingzheng/api'
import { type Platform, signInAt, startPlatform } from './platform/start-platform.ts'

const problem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code

describe('the three administrators at work', () => {
  let platform: Platform
  let system: Client
  let security: Client
  let audit: Client

  before(async () => {
    platform = await startPlatform()
    system = (await platform.signIn('system')).client
    security = (await platform.signIn('security')).client
    audit = (await platform.signIn('audit')).client
  })
  after(() => platform?.stop())

  async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (let i = 0; i < 300; i++) {
      const found = await look()
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('it never came')
  }
  const certificatesOf = async (name: string) =>
    (await security.call('keys.list')).certificates.filter((one) => one.subject.includes(name))

  test('a new officer needs two of them, gets certificates of both families, and the third sees it all', async () => {
    const { user, firstPassword } = await system.call('users.add', {
      body: { username: 'novice', name: '钱新', unit: null, cardNumber: '33010000777' },
    })
    assert.deepEqual(user.roles, [])
    await security.call('users.roles', { params: { id: user.id }, body: { roles: ['officer'] } })
    const issued = await until(async () => {
      const found = await certificatesOf('钱新')
      return found.length === 2 ? found : undefined
    })
    assert.deepEqual(issued.map((one) => one.algorithm).sort(), ['P-256', 'SM2'])
    assert.ok(issued.every((one) => one.purpose === 'officer' && one.state === 'valid'))
    const fixed = await until(async () => {
      const { events } = await audit.call('audit.list', { query: { q: '钱新', limit: 50 } })
      return events.length >= 2 && events.every((event) => event.index !== null) ? events : undefined
    })
    assert.deepEqual(fixed.map((event) => event.action).sort(), ['user.add', 'user.roles'])
    assert.ok(firstPassword.length >= 20)
  })

  test('a disabled officer is out at once, and the certificates are revoked', async () => {
    const { client } = await signInAt(platform.url, 'officer3')
    const { users } = await system.call('users.list')
    const officer = users.find((one) => one.username === 'officer3')!
    await system.call('users.state', { params: { id: officer.id }, body: { state: 'disabled' } })
    await assert.rejects(client.call('me.read'), problem('not-signed-in'))
    await assert.rejects(signInAt(platform.url, 'officer3'))
    await until(async () => {
      const found = await certificatesOf(officer.name)
      return found.length === 2 && found.every((one) => one.state === 'revoked') ? found : undefined
    })
  })

  test('none of them opens what officers work on', async () => {
    for (const client of [system, security, audit]) {
      await assert.rejects(client.call('evidence.list', { query: {} as never }), problem('not-permitted'))
    }
  })
})
