import assert from 'node:assert/strict'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf, createClient } from '@mingzheng/api'
import { needs } from './capability.ts'
import { blocksOf, runBlocks } from './guide-commands.ts'
import { answers, environment, mingzheng, ROOT, startUp, type Up } from './launched-up.ts'
import { signInAt } from './platform/start-platform.ts'

describe('the launcher', needs('openssl', 'pdfsig', 'unzip', 'sha256sum'), () => {
  let folder: string
  let data: string
  let up: Up
  let number: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-launcher-'))
    // The database's and the browser's user passes through.
    await chmod(folder, 0o711)
    data = join(folder, 'data')
    up = await startUp(data)
  })
  after(async () => {
    if (up.child.exitCode === null) await up.stop()
    await rm(folder, { recursive: true, force: true })
  })

  test('a second start on the same data says who runs there, and ends', async () => {
    const { code, err } = await mingzheng('up', '--data', data, '--port', '0')
    assert.equal(code, 1)
    assert.ok(err.includes(up.url))
  })

  test('a page of the demo marketplace becomes a package that is fixed and verifies', async () => {
    const file = join(folder, 'evidence.zip')
    const taken = await mingzheng('capture', `${up.market}/item/3011`, '--data', data, '--out', file, '--json')
    assert.equal(taken.code, 0, taken.err)
    const answer = JSON.parse(taken.out) as {
      number: string
      package: string
      receipt: { state: string }
      files: { path: string; bytes: number; sha256: string; sm3: string }[]
      anomalies: unknown[]
    }
    assert.equal(answer.package, file)
    assert.equal(answer.receipt.state, 'witnessed')
    assert.ok(answer.files.length >= 5)
    for (const { path, sha256, sm3 } of answer.files)
      assert.match(`${path} ${sha256} ${sm3}`, /^data\/\S+( [\da-f]{64}){2}$/)
    assert.ok(Array.isArray(answer.anomalies))
    ;({ number } = answer)
    const checked = await mingzheng('verify', file, '--data', data, '--json')
    assert.equal(checked.code, 0, checked.out)
    assert.equal(JSON.parse(checked.out).verdict, 'verified')
  })

  test('a renewal of it is made, verifies with the package, and fails with one byte changed', async () => {
    const renewed = await mingzheng('renew', number, '--data', data, '--out', folder, '--json')
    assert.equal(renewed.code, 0, renewed.err)
    const [file] = (JSON.parse(renewed.out) as { renewed: string[] }).renewed
    assert.equal(file, join(folder, `${number}.renewal`))
    const evidence = join(folder, 'evidence.zip')
    const checked = await mingzheng('verify', evidence, file, '--data', data, '--json')
    assert.equal(checked.code, 0, checked.out)
    const { checks } = JSON.parse(checked.out) as { checks: { id: string; status: string }[] }
    assert.equal(checks.find(({ id }) => id === 'renewals')?.status, 'passed')
    const bytes = await readFile(file)
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(join(folder, 'damaged.renewal'), bytes)
    const refused = await mingzheng('verify', evidence, file, join(folder, 'damaged.renewal'), '--data', data)
    assert.equal(refused.code, 1)
  })

  test('what another system registered and the package for a party are renewed as well; what nobody asked for, with --all', async () => {
    const security = await signInAt(up.url, 'security')
    const { secret } = await security.client.call('apiKeys.add', { body: { name: 'renewed', expiresAt: null } })
    const headers = { authorization: `Bearer ${secret}` }
    const api = createClient(up.url, fetch, headers)
    const [asked, unasked] = await Promise.all(
      ['aa', 'bb'].map((byte) =>
        api.call('preservations.add', { body: { sha256: byte.repeat(32) }, query: { wait: 60 } }),
      ),
    )
    const keep = async (address: string, with_: Record<string, string>) => {
      const answer = await fetch(up.url + address, { headers: with_ })
      assert.equal(answer.status, 200, address)
      const file = join(folder, `${address.split('/')[3] === 'preservations' ? asked!.number : 'masked'}.zip`)
      await writeFile(file, new Uint8Array(await answer.arrayBuffer()))
      return file
    }
    const registered = await keep(addressOf('preservations.package', { params: { id: asked!.id } }), headers)
    // Whoever acts for the command line: the first officer, of whichever unit.
    const officers = await Promise.all(['officer', 'officer2', 'officer3'].map((name) => signInAt(up.url, name)))
    const seen = await Promise.all(
      officers.map(({ client }) => client.call('evidence.read', { params: { number } }).then(Boolean, () => false)),
    )
    const { cookie } = officers[seen.indexOf(true)]!
    const query = { variant: 'masked' as const }
    const masked = await keep(addressOf('evidence.package', { params: { number }, query }), { cookie })
    const renew = async (...options: string[]) => {
      const out = join(folder, `renewals${options.length}`)
      const ended = await mingzheng('renew', ...options, '--data', data, '--out', out, '--json')
      assert.equal(ended.code, 0, ended.err)
      return (JSON.parse(ended.out) as { renewed: string[] }).renewed
    }
    const found = (files: string[], of: string) => files.find((file) => file.includes(of))
    const made = await renew()
    assert.ok(found(made, number) !== undefined)
    assert.equal(found(made, unasked!.number), undefined)
    const party = made.find((file) => ![number, asked!.number].some((known) => file.includes(known)))!
    for (const [file, renewal] of [
      [registered, found(made, asked!.number)!],
      [masked, party],
    ] as const) {
      const checked = await mingzheng('verify', file, renewal, '--data', data, '--json')
      assert.equal(checked.code, 0, checked.out)
      const { checks } = JSON.parse(checked.out) as { checks: { id: string; status: string }[] }
      assert.equal(checks.find(({ id }) => id === 'renewals')?.status, 'passed')
    }
    assert.equal((await mingzheng('verify', masked, found(made, asked!.number)!, '--data', data)).code, 1)
    assert.ok(found(await renew('--all'), unasked!.number) !== undefined)
    const own = await api.call('preservations.renewal', { params: { id: unasked!.id } })
    assert.equal(own.fileName, `${unasked!.number}.renewal`)
  })

  test('where its policy is not trusted the same package cannot be decided', async () => {
    const { code } = await mingzheng('verify', join(folder, 'evidence.zip'), '--data', join(folder, 'stranger'))
    assert.equal(code, 2)
  })

  test('trusting the policy there decides it, and taking the trust back undecides it', async () => {
    const stranger = join(folder, 'stranger')
    const [policy] = await readdir(join(data, 'trust'))
    const file = join(data, 'trust', policy!)
    assert.equal((await mingzheng('trust', 'add', file, '--data', stranger)).code, 0)
    assert.equal((await mingzheng('verify', join(folder, 'evidence.zip'), '--data', stranger)).code, 0)
    assert.equal((await mingzheng('trust', 'remove', policy!.slice(0, 12), '--data', stranger)).code, 0)
    assert.equal((await mingzheng('verify', join(folder, 'evidence.zip'), '--data', stranger)).code, 2)
  })

  test('the guide’s commands, none of them ours, check that package', async () => {
    const guide = join(folder, 'guide')
    await mkdir(guide)
    const [policy] = await readdir(join(data, 'trust'))
    await copyFile(join(data, 'trust', policy!), join(guide, 'policy.json'))
    await copyFile(join(folder, 'evidence.zip'), join(guide, 'evidence.zip'))
    const blocks = blocksOf(join(ROOT, 'docs/guides/verify-without-mingzheng.md'), 'sh').filter(
      ({ mark }) => mark === '',
    )
    const { code, output } = await runBlocks(blocks, guide)
    assert.equal(code, 0, output)
  })

  for (const readme of ['README.md', 'README.zh.md']) {
    test(`what ${readme} says of capture and verification works as printed`, async () => {
      const place = join(folder, readme)
      await mkdir(place)
      await symlink(join(ROOT, 'mingzheng'), join(place, 'mingzheng'))
      const [, commands] = blocksOf(join(ROOT, readme), 'sh')
      const text = commands!.text.replace('http://127.0.0.1:8430', up.market)
      const ran = await runBlocks([{ mark: '', text }], place, { ...environment(), MINGZHENG_DATA: data })
      assert.equal(ran.code, 0, ran.output)
      assert.match(ran.output, /^Verified: MZ-/m)
    })
  }

  test('a private address is refused from the command line unless it is allowed', async () => {
    const { code, err } = await mingzheng('capture', 'http://127.0.0.1:9/', '--data', data, '--json')
    assert.equal(code, 1)
    assert.match(err, /address-private/)
  })

  test('the server comes back by itself when it is killed outright', async () => {
    const before = await up.serverPid()
    process.kill(before, 'SIGKILL')
    for (let waited = 0; !(await answers(up.url)) || (await up.serverPid()) === before; waited += 100) {
      assert.ok(waited < 60_000)
      await pause(100)
    }
  })

  test('a backup of the running instance restores elsewhere, where its package verifies', async () => {
    const made = await mingzheng('backup', join(folder, 'backup'), '--data', data, '--json')
    assert.equal(made.code, 0, made.err)
    assert.ok(await answers(up.url))
    const back = await mingzheng('restore', join(folder, 'backup'), '--data', join(folder, 'restored'), '--json')
    assert.equal(back.code, 0, back.err)
    assert.deepEqual(JSON.parse(back.out).packages, 6)
  })

  test('Ctrl-C stops everything in order and leaves no process or token behind', async () => {
    const server = await up.serverPid()
    assert.equal(await up.stop('SIGTERM'), 0)
    assert.throws(() => process.kill(server, 0), { code: 'ESRCH' })
    assert.deepEqual(await readdir(join(data, 'run')), [])
    assert.equal(await answers(up.url), false)
  })

  test('numbering goes on from the backup without gap or repeat, with no `up` running', async () => {
    const restored = join(folder, 'restored')
    up = await startUp(restored)
    const file = join(folder, 'second.zip')
    // Two pages at once are one piece of evidence.
    const pages = [`${up.market}/platform/licence`, `${up.market}/item/1001`]
    const taken = await mingzheng('capture', ...pages, '--data', restored, '--out', file, '--json')
    assert.equal(taken.code, 0, taken.err)
    const serial = (text: string) => Number(text.split('-')[3])
    const second = JSON.parse(taken.out) as { number: string; files: { path: string }[] }
    assert.equal(serial(second.number), serial(number) + 6)
    for (const page of [1, 2]) assert.ok(second.files.some(({ path }) => path === `data/pages/${page}/text.txt`))
    assert.equal((await mingzheng('verify', file, '--data', restored)).code, 0)
    assert.equal((await mingzheng('verify', join(folder, 'evidence.zip'), '--data', restored)).code, 0)
  })

  test('the whole group killed outright leaves data on which the next start works', async () => {
    const restored = join(folder, 'restored')
    const server = await up.serverPid()
    for (const pid of [server, up.child.pid!]) process.kill(pid, 'SIGKILL')
    up = await startUp(restored)
    assert.ok(await answers(up.url))
  })

  test('with no instance running, capture starts what it needs for the while', async () => {
    await up.stop()
    const file = join(folder, 'alone.zip')
    const taken = await mingzheng(
      'capture',
      'http://127.0.0.1:9/',
      '--data',
      data,
      '--allow-private',
      '--out',
      file,
      '--json',
    )
    assert.ok(taken.code === 3 || taken.code === 0, taken.err)
    assert.deepEqual(await readdir(join(data, 'run')), [])
    assert.equal((await mingzheng('verify', file, '--data', data)).code, 0)
  })
})
