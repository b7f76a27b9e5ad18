/** An installation that is no demonstration: its first three administrators, and what the command line mends for them. */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type AnswerOf, createClient, ProblemError } from '@mingzheng/api'
import { totpCode } from '@mingzheng/identity/testing'
import { mingzheng, startUp, type Up } from './launched-up.ts'

const CHOSEN = 'grey heron over the lake'

type SignedIn = AnswerOf<'session.start'>

describe('an installation without the demo', () => {
  let folder: string
  let data: string
  let up: Up
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-bare-'))
    await chmod(folder, 0o711)
    data = join(folder, 'data')
    up = await startUp(data, undefined, {}, ['--no-demo'])
  })
  after(async () => {
    await up?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** Signs in as a person at the door; what follows is called with the session, where there is one. */
  async function signIn(username: string, password: string) {
    const answer = await fetch(`${up.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-mingzheng-request': '1' },
      body: JSON.stringify({ username, password }),
    })
    const said = (await answer.json()) as SignedIn
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
    return { status: answer.status, said, client: createClient(up.url, fetch, cookie === undefined ? {} : { cookie }) }
  }
  const code = (wanted: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === wanted

  const people = ['--system', 'wu:吴系统', '--security', 'zheng:郑安全', '--audit', 'feng:冯审计']
  const names = ['--organisation', '嘉兴市市场监督管理局', '--organisation-en', 'Jiaxing Market Regulation']
  const first = new Map<string, string>()

  test('says that nobody can sign in yet, and which command makes the first three', async () => {
    assert.match(up.said(), /\.\/mingzheng admin setup/)
    assert.doesNotMatch(up.said(), /west-lake-2026|marketplace/)
    const { demo } = await createClient(up.url, fetch).call('instance.read')
    assert.equal(demo, false)
    assert.equal((await signIn('officer', 'west-lake-2026')).status, 401)
  })

  test('is founded with three separate administrators, once', async () => {
    const same = people.map((text) => (text === 'feng:冯审计' ? 'wu:吴系统' : text))
    const refused = await mingzheng('admin', 'setup', ...names, ...same, '--data', data, '--json')
    assert.equal(refused.code, 1)
    assert.match(refused.err, /administrators-not-separate|username-taken/)
    const made = await mingzheng('admin', 'setup', ...names, ...people, '--data', data, '--json')
    assert.equal(made.code, 0, made.err)
    const answer = JSON.parse(made.out) as { people: { username: string; role: string; firstPassword: string }[] }
    assert.deepEqual(
      answer.people.map(({ username, role }) => [username, role]),
      [
        ['wu', 'system-admin'],
        ['zheng', 'security-admin'],
        ['feng', 'audit-admin'],
      ],
    )
    for (const { username, firstPassword } of answer.people) first.set(username, firstPassword)
    const again = await mingzheng('admin', 'setup', ...names, ...people, '--data', data)
    assert.equal(again.code, 1)
    assert.match(again.err, /already-set-up/)
  })

  test('each of them chooses a password and a second factor before anything else opens', async () => {
    for (const [username, password] of first) {
      const { client, said } = await signIn(username, password)
      assert.deepEqual(said.kind === 'signed-in' ? [...said.me.duties].sort() : [], [
        'change-password',
        'second-factor',
      ])
      await assert.rejects(client.call('users.list'), code('duty-first'))
      await client.call('me.password', { body: { current: password, next: CHOSEN } })
      const { ticket, secret } = await client.call('me.totpStart')
      await client.call('me.totpConfirm', { body: { ticket, code: totpCode(secret, Date.now()) } })
      assert.ok((await client.call('users.list')).users.length === 3)
    }
  })

  test('a lost second factor is mended at the console, with a reason that stands in the audit log', async () => {
    assert.equal((await signIn('zheng', CHOSEN)).said.kind, 'second-factor')
    const nobody = await mingzheng('admin', 'mend', 'nobody', '--reason', 'x', '--data', data)
    assert.equal(nobody.code, 1)
    assert.match(nobody.err, /user-unknown/)
    const mended = await mingzheng('admin', 'mend', 'zheng', '--reason', '手机遗失', '--data', data, '--json')
    assert.equal(mended.code, 0, mended.err)
    assert.deepEqual(JSON.parse(mended.out), { username: 'zheng', removed: 1, firstPassword: null })
    const { said } = await signIn('zheng', CHOSEN)
    assert.deepEqual(said.kind === 'signed-in' ? said.me.duties : said, ['second-factor'])

    const fresh = await mingzheng(
      'admin',
      'mend',
      'feng',
      '--reason',
      '全部遗失',
      '--new-password',
      '--data',
      data,
      '--json',
    )
    const { firstPassword } = JSON.parse(fresh.out) as { firstPassword: string }
    const { client } = await signIn('feng', firstPassword)
    await client.call('me.password', { body: { current: firstPassword, next: `${CHOSEN} 2` } })
    const { ticket, secret } = await client.call('me.totpStart')
    await client.call('me.totpConfirm', { body: { ticket, code: totpCode(secret, Date.now()) } })
    const { events } = await client.call('audit.list', { query: { q: '手机遗失', limit: 10 } })
    assert.equal(events.length, 1)
    assert.match(JSON.stringify(events[0]), /zheng/)
  })

  test('certificates name the organisation that was founded', async () => {
    const { client } = await signIn('zheng', CHOSEN)
    const { ticket, secret } = await client.call('me.totpStart')
    await client.call('me.totpConfirm', { body: { ticket, code: totpCode(secret, Date.now()) } })
    const { secret: key } = await client.call('apiKeys.add', { body: { name: 'x', expiresAt: null } })
    const api = createClient(up.url, fetch, { authorization: `Bearer ${key}` })
    const fixed = await api.call('preservations.add', { body: { sha256: 'ab'.repeat(32) }, query: { wait: 60 } })
    const { issuer, demo } = await createClient(up.url, fetch).call('certificate.read', {
      params: { number: fixed.number },
    })
    assert.deepEqual([issuer, demo], ['嘉兴市市场监督管理局', false])
    const address = `${up.url}/api/v1/preservations/${fixed.id}/package`
    const answer = await fetch(address, { headers: { authorization: `Bearer ${key}` } })
    const file = join(folder, 'package.zip')
    await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
    const checked = await mingzheng('verify', file, '--data', data)
    assert.equal(checked.code, 0, checked.out)
    assert.match(checked.out, /嘉兴市市场监督管理局/)
  })

  test('founded before its first start, the ledger bears the same name', async () => {
    const other = join(folder, 'other')
    const made = await mingzheng('admin', 'setup', ...names, ...people, '--data', other, '--json')
    assert.equal(made.code, 0, made.err)
    const [policy] = await readdir(join(other, 'trust'))
    assert.match(await readFile(join(other, 'trust', policy!), 'utf8'), /嘉兴市市场监督管理局账本/)
  })
})
