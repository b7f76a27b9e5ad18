/** The ceremony among five organisations, each in a folder of its own, by the commands of docs/guides/run-a-member.md; and what breaks it. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { blocksOf, runBlocks } from './guide-commands.ts'

const ROOT = resolve(import.meta.dirname, '..')
const ORIGIN = 'ledger.example/330000/0a1b2c3d'
const blocks = blocksOf(join(ROOT, 'docs/guides/run-a-member.md'), 'sh')
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
    // What `mingzheng` starts for it; without the detour, which costs a second each.
    const script = `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'apps/node/src/main.ts')}' "$@"\n`
    await writeFile(join(folder, 'mingzheng'), script, { mode: 0o755 })
  })
  after(() => rm(folder, { recursive: true, force: true }))

  test('the guide’s commands found a consortium among five organisations, and make a light copy of it', async () => {
    await everybody('join')
    await Promise.all(
      MEMBERS.map((id) => copyFile(join(folder, id, 'request.json'), join(folder, `${id}.request.json`))),
    )
    await succeed('draft', {})
    const said = await everybody('approve')
    assert.equal(new Set(said.map((output) => /genesis document ([0-9a-f]{64})/.exec(output)?.[1])).size, 1)
    await succeed('gather', {})
    await everybody('accept')
    await succeed('light', { LIGHT_HOME: join(folder, 'light'), LIGHT_PORT: '8500' })
    const founded = await readFile(join(folder, 'founding.json'))
    for (const id of [...MEMBERS, 'light']) assert.ok(founded.equals(await readFile(join(folder, id, 'founding.json'))))
  })

  test('without everybody’s approval there is no founding file, and who is missing is named', async () => {
    const approvals = MEMBERS.slice(1).map((id) => `${id}.approval.json`)
    const early = await command('init', '--draft', 'draft.json', ...approvals, '--out', 'early.json')
    assert.equal(early.code, 1)
    assert.match(early.error, /founding-approval-missing/)
    assert.match(early.error, /regulator/)
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

  const everybody = (mark: string) =>
    Promise.all(MEMBERS.map((id, i) => succeed(mark, { ...memberOf(id, i), NODE_HOME: join(folder, id) })))

  /** Runs the guide's block of that mark; answers what it printed. */
  async function succeed(mark: string, environment: Record<string, string>): Promise<string> {
    const marked = blocks.filter((block) => block.mark === mark)
    assert.equal(marked.length, 1, mark)
    const { code, output } = await runBlocks(marked, folder, { ...COMMON, ...environment })
    assert.equal(code, 0, output)
    return output
  }

  const mingzheng = (...args: readonly string[]) => run('apps/cli', args)
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

const COMMON = { ORIGIN, ADDRESS: '127.0.0.1', LANG: 'C', LC_ALL: 'C' }

function memberOf(id: string, i: number): Record<string, string> {
  const ports = [8440, 8441, 8442].map((port) => port + i * 10).join(',')
  return { NAME: id, ROLE: id, ZH: id, EN: id, PORTS: ports }
}

/** Keys in order, as RFC 8785 asks; the files hold no number that it would write otherwise. */
function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
}
