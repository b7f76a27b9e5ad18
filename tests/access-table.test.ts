import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Access, type Client, type Route, type RouteName, routes } from '@mingzheng/api'
import { permissions } from '@mingzheng/identity'
import { digest, toHex } from '@mingzheng/kernel'
import { type Platform, startPlatform } from './platform/start-platform.ts'
import { strangersTable } from './strangers.ts'

/** Demo accounts by the one role that each holds. */
const ACCOUNTS = {
  officer: 'officer',
  'unit-head': 'head',
  'duty-officer': 'duty',
  analyst: 'analyst',
  'system-admin': 'system',
  'security-admin': 'security',
  'audit-admin': 'audit',
} as const
type Role = keyof typeof ACCOUNTS | 'nobody' | 'api-client'

/** Values that fit each parameter and belong to nobody: a permitted call then finds nothing, and changes nothing. */
const PARAMS: Record<string, string> = {
  id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  number: 'MZ-330000-2026-00000009-0000000000000000',
  serial: 'abc123',
  index: '999999999',
}

function mayCall(role: Role, access: Access): boolean {
  if (access === 'public') return true
  if (access === 'console') return false
  if (access === 'session') return role !== 'nobody' && role !== 'api-client'
  return (permissions[access] as readonly string[]).includes(role)
}

describe('who may call what: every role against every route', () => {
  let platform: Platform
  const headers = new Map<Role, Record<string, string>>()
  const log: string[] = []
  /** What was typed, given or carried as a secret: none of it may stand in the log. */
  const secrets = ['west-lake-2026']

  const known = new Map<string, ReturnType<Platform['signIn']>>()
  const signIn: Platform['signIn'] = (username) => {
    const signedIn = known.get(username) ?? platform.signIn(username)
    known.set(username, signedIn)
    return signedIn
  }

  before(async () => {
    platform = await startPlatform({}, { hearLog: (line) => log.push(line) })
    headers.set('nobody', {})
    const clients = new Map<string, Client>()
    for (const [role, username] of Object.entries(ACCOUNTS)) {
      const { client, cookie } = await signIn(username)
      clients.set(role, client)
      headers.set(role as Role, { cookie })
      secrets.push(cookie.split('=')[1]!)
    }
    const security = clients.get('security-admin')!
    const { secret } = await security.call('apiKeys.add', { body: { name: 'table', expiresAt: null } })
    headers.set('api-client', { authorization: `Bearer ${secret}` })
    secrets.push(secret)
  })
  after(() => platform?.stop())

  async function call(route: Route, role: Role, body = '{}'): Promise<{ status: number; code: string | null }> {
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => PARAMS[name]!)
    const answer = await fetch(platform.url + path, {
      method: route.method,
      headers: {
        'x-mingzheng-request': '1',
        ...(route.body ? { 'content-type': 'application/json' } : {}),
        ...headers.get(role),
      },
      ...(route.body ? { body } : {}),
      signal: AbortSignal.timeout(10_000),
    })
    const json = answer.headers.get('content-type')?.includes('problem+json') ?? false
    const code = json ? ((await answer.json()) as { code: string }).code : null
    if (!json) await answer.body?.cancel()
    return { status: answer.status, code }
  }

  for (const role of ['nobody', 'api-client', ...Object.keys(ACCOUNTS)] as Role[]) {
    test(`${role}: is let in exactly where the table says`, async () => {
      for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
        if (name === 'session.end' || route.body !== undefined) continue
        const { status, code } = await call(route, role)
        const shut = status === 401 || status === 403
        assert.equal(!shut, mayCall(role, route.access), `${name} as ${role}: ${status} ${code}`)
      }
    })

    test(`${role}: where the table says no, a body is not even read`, async () => {
      for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
        if (route.body === undefined || mayCall(role, route.access)) continue
        const { status, code } = await call(route, role)
        assert.ok(status === 401 || status === 403, `${name} as ${role}: ${status} ${code}`)
      }
    })

    test(`${role}: where the table says yes, a body is read, and one that fits nothing changes nothing`, async () => {
      for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
        if (route.body === undefined || !mayCall(role, route.access)) continue
        const { status, code } = await call(route, role, '"no object"')
        assert.deepEqual([status, code], [400, 'input-wrong'], `${name} as ${role}`)
      }
    })
  }

  strangersTable(() => platform, signIn)

  test('the three administrators see no case content', () => {
    for (const role of ['system-admin', 'security-admin', 'audit-admin'] as const) {
      for (const access of Object.keys(permissions).filter((name) => name.startsWith('evidence.'))) {
        assert.equal(mayCall(role, access as Access), false, `${role} ${access}`)
      }
    }
  })

  test('a changing request without our header, or from another site, is refused', async () => {
    const { cookie } = await platform.signIn('officer')
    for (const extra of [{}, { 'x-mingzheng-request': '1', origin: 'https://evil.example' }]) {
      const answer = await fetch(`${platform.url}/api/views`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...(extra as Record<string, string>) },
        body: JSON.stringify({ name: 'x', query: '' }),
      })
      assert.equal(answer.status, 403)
      assert.equal(((await answer.json()) as { code: string }).code, 'cross-site')
    }
  })

  test('the session that a browser held before sign-in is worth nothing after it', async () => {
    const planted = 'mingzheng=planted-by-somebody-else'
    const answer = await fetch(`${platform.url}/api/session`, {
      method: 'POST',
      headers: { cookie: planted, 'content-type': 'application/json', 'x-mingzheng-request': '1' },
      body: JSON.stringify({ username: 'officer', password: 'west-lake-2026' }),
    })
    const given = answer.headers.getSetCookie()[0] ?? ''
    assert.match(given, /HttpOnly/)
    assert.match(given, /SameSite=Strict/)
    assert.doesNotMatch(given, /planted/)
    const before = await fetch(`${platform.url}/api/me`, { headers: { cookie: planted } })
    assert.equal(before.status, 401)
  })

  test('guessing a password is stopped, and the right one does not help until the block is over', async () => {
    const attempt = (password: string) =>
      fetch(`${platform.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-mingzheng-request': '1' },
        body: JSON.stringify({ username: 'officer3', password }),
      })
    let blocked = false
    for (let i = 0; i < 30 && !blocked; i++) {
      const answer = await attempt(`wrong-${i}`)
      await answer.body?.cancel()
      blocked = answer.status === 429
    }
    assert.ok(blocked)
    const right = await attempt('west-lake-2026')
    await right.body?.cancel()
    assert.equal(right.status, 429)
  })

  test('pages are served with a policy that lets no foreign or inline script run', async () => {
    const answer = await fetch(`${platform.url}/verify`)
    await answer.body?.cancel()
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /script-src 'self'/)
    assert.doesNotMatch(/script-src[^;]*/.exec(policy)?.[0] ?? '', /unsafe-inline|'unsafe-eval'|https?:/)
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  })

  test('opening pages for hours never uses up what an address may ask of the interface', async () => {
    const left = async () =>
      Number((await fetch(`${platform.url}/api/me`)).headers.get('x-ratelimit-remaining') ?? Number.NaN)
    const before = await left()
    for (let opened = 0; opened < 50; opened++) {
      const answer = await fetch(`${platform.url}/sign-in`)
      assert.equal(answer.status, 200)
      await answer.arrayBuffer()
    }
    assert.equal(await left(), before - 1)
  })

  test('the one-file verifier is the one whose digest is published, and is offered as a file', async () => {
    const { verifierSha256 } = await platform.anonymous.call('instance.read')
    const answer = await fetch(`${platform.url}/verifier.html`)
    assert.match(answer.headers.get('content-disposition') ?? '', /attachment/)
    assert.equal(toHex(digest('sha256', new Uint8Array(await answer.arrayBuffer()))), verifierSha256)
  })

  test('no path leads out of the served folders', async () => {
    for (const path of [
      '/..%2f..%2fpackage.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/log/..%2f..%2fgenesis',
    ]) {
      const answer = await fetch(platform.url + path)
      assert.doesNotMatch(await answer.text(), /"workspaces"|root:x:|"name": "mingzheng"/, path)
    }
  })

  test('no secret ever stands in the log, not at its most talkative', async () => {
    // Such as travel in addresses and bodies that are refused.
    await fetch(`${platform.url}/api/me?token=secret-in-the-address`)
    const body = JSON.stringify({ username: 'officer', password: ['secret-in-the-body'] })
    const wrong = { 'content-type': 'application/json', 'x-mingzheng-request': '1' }
    assert.equal((await fetch(`${platform.url}/api/session`, { method: 'POST', headers: wrong, body })).status, 400)
    assert.ok(log.length > 100)
    const said = log.join('')
    assert.match(said, /"url":"\/api\/session"/)
    for (const secret of [...secrets, 'secret-in-the-address', 'secret-in-the-body']) {
      assert.ok(!said.includes(secret), secret)
    }
  })
})
