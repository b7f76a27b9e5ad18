/** The life of a node: maintenance, backup, and a restore that proves itself and signs nothing twice; five real nodes. */
import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { randomBytes, systemClock } from '@mingzheng/kernel'
import { consortium } from '../../apps/node/src/command/consortium.ts'
import { needs } from '../capability.ts'
import { FiveNodes, type MemberId, until } from './five-nodes.ts'

const options = needs('cometbft')
const BATCH = 1024
const BATCHES = 12

describe('the life of a node', { concurrency: false, ...options }, () => {
  let five: FiveNodes
  let folder: string
  const said: string[] = []

  before(async () => {
    if (options.skip !== undefined) return
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-keeping-'))
    five = await FiveNodes.start()
  })
  after(async () => {
    await five?.end()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })

  const order = (...args: string[]) => {
    const terminal = { language: 'en' as const, folder, print: (line: string) => said.push(line) }
    return consortium(terminal, args, systemClock)
  }
  const fix = async (id: MemberId, count: number) => {
    const ledger = await five.client(id)
    const items = Array.from({ length: count }, () => ({
      id: randomBytes(16),
      contract: 'evidence',
      method: 'fix',
      arguments: { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) },
    }))
    await ledger.submit(items)
    await ledger.wait(items.at(-1)!.id, 'witnessed', { timeoutMs: 120_000 })
  }
  const agree = (...ids: MemberId[]) =>
    until(`${ids.join()} hold the same`, async () => {
      const holdings = await (await five.client('regulator')).members(null)
      return ids.every((id) => holdings.find((one) => one.id === id)?.agrees === true)
    })
  const ready = (id: MemberId) => until(`${id} is ready`, async () => (await five.health(id)).state === 'ready')

  test('maintenance leaves an engine of a few blocks, and the others go on meanwhile', async (t) => {
    for (let i = 0; i < BATCHES; i++) await fix('regulator', BATCH)
    await agree('court', 'notary', 'forensic', 'ca')
    for (const id of ['court', 'ca'] as const) {
      await until('all are ready', async () => {
        const holdings = await (await five.client('regulator')).members(null)
        return holdings.every(({ state }) => state === 'ready')
      })
      await Promise.all([order('maintain', '--home', five.home(id)), fix('regulator', 50)])
      await ready(id)
    }
    t.diagnostic(said.join(' '))
    const sizes = said.map((line) => /had ([\d.]+) MiB and has ([\d.]+) MiB/.exec(line)!.slice(1).map(Number))
    for (const [had, has] of sizes) {
      assert.ok(has! < had!, `${had} ${has}`)
      assert.ok(has! < 5, `${has} MiB`)
    }
    await fix('court', 10)
    await agree('court', 'notary', 'forensic', 'ca')
  })

  test('maintenance is put off while another member is away', async () => {
    await five.halt('ca', 'SIGTERM')
    await assert.rejects(order('maintain', '--home', five.home('court')), { code: 'maintenance-others-away' })
    await five.start('ca')
    await ready('ca')
  })

  test('a backup is refused while the node runs, and into a folder that holds something', async () => {
    const to = join(folder, 'refused')
    await assert.rejects(order('backup', to, '--home', five.home('notary')), { code: 'ledger-in-use' })
    await assert.rejects(order('backup', folder, '--home', five.home('notary')), { code: 'backup-exists' })
  })

  test('a lost home is made again of its backup: nothing is missing, and nothing is signed twice', async () => {
    const backup = join(folder, 'backup')
    const home = five.home('notary')
    await five.halt('notary', 'SIGTERM')
    await order('backup', backup, '--home', home)
    await five.start('notary')
    await fix('notary', 30)
    await fix('regulator', 30)
    // With the first node still there two would sign with one key.
    const elsewhere = join(folder, 'elsewhere')
    await assert.rejects(order('restore', backup, '--home', elsewhere), { code: 'member-still-runs' })
    const state = async () =>
      JSON.parse(await readFile(join(home, 'comet/data/priv_validator_state.json'), 'utf8')) as { height: string }
    const signed = Number((await state()).height)
    await five.halt('notary', 'SIGKILL')
    await assert.rejects(order('restore', backup, '--home', home), { code: 'home-taken' })
    await rm(home, { recursive: true })
    await order('restore', backup, '--home', home)
    assert.ok(Number((await state()).height) > signed, 'what was signed after the backup is behind the mark')
    await five.start('notary')
    await agree('court', 'notary', 'forensic', 'ca')
    // Past the mark it votes again: without it the other three could not go on.
    for (let i = 0; i < 14; i++) await fix('regulator', 1)
    await five.halt('ca', 'SIGTERM')
    await fix('regulator', 1)
    await five.start('ca')
    await agree('court', 'notary', 'forensic', 'ca')
  })

  test('a backup with any file changed, missing or added is refused by its path', async () => {
    const from = join(folder, 'backup')
    const home = join(folder, 'never')
    const broken = async (change: (copy: string) => Promise<void>) => {
      const copy = join(folder, 'copy')
      await cp(from, copy, { recursive: true })
      await change(copy)
      await assert.rejects(order('restore', copy, '--home', home), { code: 'backup-broken' })
      await rm(copy, { recursive: true })
    }
    await broken(async (copy) => {
      const path = join(copy, 'ledger/state.sqlite')
      const bytes = await readFile(path)
      bytes[bytes.length >> 1]! ^= 1
      await writeFile(path, bytes)
    })
    await broken((copy) => rm(join(copy, 'master.secret')))
    await broken((copy) => writeFile(join(copy, 'ledger/more'), ''))
    await broken((copy) => rm(join(copy, 'backup.json')))
  })

  test('without the others nobody knows what the member signed: it is not restored', async () => {
    for (const id of ['regulator', 'court', 'notary', 'forensic'] as const) await five.halt(id, 'SIGTERM')
    await assert.rejects(order('restore', join(folder, 'backup'), '--home', join(folder, 'alone')), {
      code: 'others-away',
    })
  })
})
