/** The ceremony of docs/guides/run-a-member.md among five organisations, each in a folder of its own, by the member’s own program. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'

const ROOT = resolve(import.meta.dirname, '..')
const ORIGIN = 'ledger.example/330000/0a1b2c3d'
const MEMBERS = ['regulator', 'court', 'notary', 'forensic', 'ca'] as const

interface Said {
  readonly code: number
  readonly out: string
  readonly error: string
}

describe('mingzheng consortium', { concurrency: false }, () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-ceremony-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('five organisations found a consortium by files that they pass on', async () => {
    const joined = await Promise.all(MEMBERS.map((id, i) => command(...joining(id, i))))
    for (const { code, error } of joined) assert.equal(code, 0, error)
    const requests = await Promise.all(MEMBERS.map(passedOn('request.json')))
    const drafted = await command('init', ...requests, ...founding(), '--out', 'draft.json')
    assert.equal(drafted.code, 0, drafted.error)
    const digests = new Set<string | undefined>()
    const all = MEMBERS.map((id) => command('approve', 'draft.json', '--home', id, '--out', `${id}.approval.json`))
    for (const approved of await Promise.all(all)) {
      assert.equal(approved.code, 0, approved.error)
      digests.add(/genesis document ([0-9a-f]{64})/.exec(approved.out)?.[1])
    }
    assert.equal(digests.size, 1)
    const approvals = MEMBERS.map((id) => `${id}.approval.json`)
    const early = await command('init', '--draft', 'draft.json', ...approvals.slice(1), '--out', 'founding.json')
    assert.equal(early.code, 1)
    assert.match(early.error, /founding-approval-missing/)
    assert.match(early.error, /regulator/)
    const gathered = await command('init', '--draft', 'draft.json', ...approvals, '--out', 'founding.json')
    assert.equal(gathered.code, 0, gathered.error)
    const accepted = await Promise.all(MEMBERS.map((id) => command('accept', 'founding.json', '--home', id)))
    for (const { code, error } of accepted) assert.equal(code, 0, error)
  })

  test('a founder who changes the draft after it was drawn up is found out by who is to approve it', async () => {
    const draft = JSON.parse(await readFile(join(folder, 'draft.json'), 'utf8'))
    draft.genesis.policy.members[1].independent = false
    await writeFile(join(folder, 'changed.json'), canonical(draft))
    const { code, error } = await command('approve', 'changed.json', '--home', 'court', '--out', 'x.json')
    assert.equal(code, 1)
    assert.match(error, /founding-draft-changed/)
  })

  test('an approval in another’s name is refused', async () => {
    const approval = JSON.parse(await readFile(join(folder, 'court.approval.json'), 'utf8'))
    await writeFile(join(folder, 'false.json'), canonical({ ...approval, member: 'notary' }))
    const { code, error } = await command('init', '--draft', 'draft.json', 'false.json', '--out', 'x.json')
    assert.equal(code, 1)
    assert.match(error, /founding-approval-forged/)
  })

  test('a founded home is not founded again, and says so', async () => {
    const { code, error } = await command(...joining('court', 1))
    assert.equal(code, 1)
    assert.match(error, /founding-exists/)
  })

  test('mingzheng consortium names what is missing, and tells that a node does not run', async () => {
    const missing = await mingzheng('join', '--home', 'somewhere')
    assert.equal(missing.code, 64)
    assert.match(missing.error, /--host/)
    const away = await mingzheng('status', '--home', 'notary')
    assert.equal(away.code, 1)
    assert.match(away.error, /ledger-unreachable/)
  })

  function passedOn(name: string) {
    return async (id: string) => {
      const file = `${id}.${name}`
      await copyFile(join(folder, id, name), join(folder, file))
      return file
    }
  }

  const mingzheng = (...args: readonly string[]) => run('apps/cli', args)
  /** What `mingzheng` starts for it; here without the detour, which costs a second each. */
  async function command(...args: readonly string[]): Promise<Said> {
    const said = await run('apps/node', args)
    return { ...said, error: said.error + said.out }
  }

  function run(part: string, args: readonly string[]): Promise<Said> {
    const main = join(ROOT, part, 'src/main.ts')
    return new Promise((done) => {
      const env = { ...process.env, LANG: 'C', LC_ALL: 'C' }
      execFile(process.execPath, [main, 'consortium', ...args], { cwd: folder, env }, (error, out, said) => {
        done({ code: typeof error?.code === 'number' ? error.code : 0, out, error: said })
      })
    })
  }
})

function joining(id: string, i: number): string[] {
  const ports = [8440, 8441, 8442].map((port) => port + i * 10).join(',')
  const names = ['--zh', id, '--en', id, '--origin', ORIGIN, '--host', '127.0.0.1', '--ports', ports]
  return ['join', '--home', id, '--id', id, '--role', id, ...names]
}

function founding(): string[] {
  const names = ['--zh', '测试联盟', '--en', 'Test consortium']
  return ['--origin', ORIGIN, ...names, '--quorum', '3', '--any-of', 'court,notary', '--demo']
}

/** Keys in order, as RFC 8785 asks; the files hold no number that it would write otherwise. */
function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
}
