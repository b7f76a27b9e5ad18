/** A sixth organisation joins five that run, by the guide's commands, while they work; and what it must not be able to do. */
import assert from 'node:assert/strict'
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { decodeJson, encodeJson, type JsonValue, randomBytes, systemClock, toHex } from '@mingzheng/kernel'
import type { LedgerItem } from '@mingzheng/ledger'
import { type ConsortiumPolicy, decodePolicyChain, verifyReceipt } from '@mingzheng/proof'
import { consortium } from '../../apps/node/src/command/consortium.ts'
import { openMemberKeys } from '../../apps/node/src/home/member-keys.ts'
import { freePorts } from '../../apps/node/src/local/free-ports.ts'
import { needs } from '../capability.ts'
import { blocksOf, runBlocks } from '../guide-commands.ts'
import { FiveNodes, type MemberId, until } from './five-nodes.ts'

const options = needs('cometbft')
const ROOT = resolve(import.meta.dirname, '../..')
const blocks = blocksOf(join(ROOT, 'docs/guides/run-a-member.md'), 'sh')
/** Not one of the five that the stage founds, but run by it like one. */
const SIXTH = 'second-notary' as MemberId

const evidence = (): LedgerItem => ({
  id: randomBytes(16),
  contract: 'evidence',
  method: 'fix',
  arguments: { c: randomBytes(32), s: randomBytes(32), n: randomBytes(32) },
})

describe('a newcomer to a running consortium', { concurrency: false, ...options }, () => {
  let five: FiveNodes
  before(async () => {
    if (options.skip !== undefined) return
    five = await FiveNodes.start({ delayMs: 0 })
    const script = `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'apps/node/src/main.ts')}' "$@"\n`
    await writeFile(join(five.folder, 'mingzheng'), script, { mode: 0o755 })
  })
  after(() => five?.end())

  /** Runs the guide's block of that mark at a member's machine; answers what it printed. */
  async function guide(mark: string, id: MemberId, environment: Record<string, string> = {}): Promise<string> {
    const marked = blocks.filter((block) => block.mark === mark)
    assert.equal(marked.length, 1, mark)
    const common = { LANG: 'C', LC_ALL: 'C', NODE_HOME: five.home(id), ...environment }
    const { code, output } = await runBlocks(marked, five.folder, common)
    assert.equal(code, 0, output)
    return output
  }

  /** The same without a shell. */
  async function at(id: MemberId, ...args: string[]): Promise<string> {
    const lines: string[] = []
    const terminal = { language: 'en' as const, folder: five.folder, print: (line: string) => lines.push(line) }
    await consortium(terminal, [...args, '--home', five.home(id)], systemClock)
    return lines.join('\n')
  }

  async function makeHome(id: string, origin = five.origin, role = 'notary'): Promise<string> {
    const ports = (await freePorts(3)).join(',')
    const names = { NAME: id, ROLE: role, ZH: '第二公证处', EN: 'Second notary' }
    const said = await guide('join', id as MemberId, { ...names, ORIGIN: origin, ADDRESS: '127.0.0.1', PORTS: ports })
    await copyFile(join(five.folder, id, 'request.json'), join(five.folder, `${id}.request.json`))
    return /fingerprint ([0-9a-f]{32})/.exec(said)?.[1] ?? ''
  }

  const members = async (id: MemberId) => (await five.ledger(id)).policy.members.map((member) => member.id)

  test(
    'is admitted by vote and begins with a snapshot while the others work; its signature counts',
    options,
    async () => {
      const regulator = await five.ledger('regulator')
      let working = true
      const load = (async () => {
        while (working) {
          const items = Array.from({ length: 50 }, evidence)
          await regulator.submit(items)
          await regulator.wait(items[49]!.id, 'witnessed', { timeoutMs: 120_000 })
        }
      })()
      const mark = await makeHome(SIXTH)
      const said = await guide('admit', 'regulator', { NAME: SIXTH })
      const proposal = /vote ([0-9a-f]{32}) yes/.exec(said)?.[1] ?? ''
      const seen = await guide('vote', 'court', { PROPOSAL: proposal })
      assert.match(seen, new RegExp(`${proposal} +admit ${SIXTH} .*${mark}`))
      await at('notary', 'vote', proposal, 'yes')
      await until('it is a member', async () => (await members('ca')).includes(SIXTH))
      await guide('invite', 'forensic')
      await guide('invited', SIXTH)
      await five.start(SIXTH)
      const { earliest } = (await (await fetch(`${five.url(SIXTH)}/peer/engine`)).json()) as { earliest: number }
      assert.ok(earliest > 1, 'the blocks before the snapshot are not in its store')
      working = false
      await load
      const item = evidence()
      await regulator.submit([item])
      await regulator.wait(item.id, 'witnessed', { timeoutMs: 120_000 })
      const { policy } = await five.ledger('court')
      await until('it has signed what was fixed after it came', async () => {
        const { entry, proof } = await regulator.receipt({ id: item.id })
        const { verdict, signers } = verifyReceipt({ entry, proof, profile: 'sha256', policy })
        return verdict === 'verified' && signers.some(({ member }) => member.id === SIXTH)
      })
      const { size } = await regulator.status()
      await until('all six hold the same', async () => {
        const held = await regulator.members(size)
        return held.length === 6 && held.every(({ at: had, agrees }) => had?.roots != null && agrees !== false)
      })
    },
  )

  test(
    'fixes through its own node what the others witness, and serves the policies since the founding',
    options,
    async () => {
      const own = await five.ledger(SIXTH)
      const item = evidence()
      await own.submit([item])
      await own.wait(item.id, 'witnessed', { timeoutMs: 120_000 })
      // Each proves the changes by the signatures that it has: the same entries, not the same receipts.
      const changes = async (id: MemberId) => {
        const served = await (await fetch(`${five.url(id)}/log/policy-chain.json`)).bytes()
        return decodePolicyChain(served).map(({ entry }) => toHex(entry))
      }
      assert.deepEqual(await changes(SIXTH), await changes('court'))
      assert.equal((await changes(SIXTH)).length, 1)
    },
  )

  test(
    'is refused by name when it is known, asks for another ledger, was changed, or was not admitted',
    options,
    async () => {
      await assert.rejects(at('court', 'admit', `${SIXTH}.request.json`), { code: 'request-member-known' })
      await makeHome('stranger')
      const request = decodeJson(new Uint8Array(await readFile(join(five.folder, 'stranger.request.json')))) as {
        member: { role: string }
      }
      const changed = { ...request, member: { ...request.member, role: 'court' } }
      await writeFile(join(five.folder, 'changed.json'), encodeJson(changed as unknown as JsonValue))
      await assert.rejects(at('court', 'admit', 'changed.json'), { code: 'founding-request-forged' })
      await assert.rejects(at('court', 'rotate', 'stranger.request.json'), { code: 'request-member-unknown' })
      await assert.rejects(at('stranger' as MemberId, 'accept', 'invitation.json'), { code: 'invitation-not-mine' })
      await makeHome('elsewhere', 'other.test/330000/00000000')
      await assert.rejects(at('court', 'admit', 'elsewhere.request.json'), { code: 'request-other-ledger' })
      await assert.rejects(at(SIXTH, 'rejoin'), { code: 'home-holds-ledger' })
      await assert.rejects(at(SIXTH, 'accept', 'invitation.json'), { code: 'home-holds-ledger' })
    },
  )

  test(
    'sees a member that lost its keys get new ones by vote, which sign and write; the lost ones are nobody’s any more',
    options,
    async () => {
      await five.halt('notary', 'SIGTERM')
      const lost = join(five.folder, 'notary-lost')
      await rename(five.home('notary'), lost)
      const mark = await makeHome('notary', five.origin, 'notary')
      const said = await at('regulator', 'rotate', 'notary.request.json')
      const proposal = /vote ([0-9a-f]{32}) yes/.exec(said)?.[1] ?? ''
      assert.match(await at('court', 'proposals'), new RegExp(`${proposal} +rotate notary .*${mark}`))
      for (const id of ['court', 'forensic', 'ca'] as const) {
        await at(id, 'vote', proposal, 'yes').catch((error: { message?: string }) => {
          assert.match(error.message ?? '', /proposal-closed/)
        })
      }
      const { ledger: former } = await openMemberKeys(lost)
      const { ledger: fresh } = await openMemberKeys(five.home('notary'))
      const signing = async () => {
        const { members: now } = (await five.ledger('court')).policy as ConsortiumPolicy
        return now.find(({ id }) => id === 'notary')?.gatewayKey
      }
      await until('its new keys are in force', async () => (await signing()) === toHex(fresh.gateway.publicKey.bytes))
      await guide('invite', 'forensic')
      await guide('invited', 'notary' as MemberId)
      await five.start('notary')
      const own = await five.ledger('notary')
      const item = evidence()
      await own.submit([item])
      const fixed = await own.wait(item.id, 'witnessed', { timeoutMs: 120_000 })
      assert.ok(fixed.kind === 'witnessed')
      const { policy } = await five.ledger('court')
      const keys = JSON.stringify(policy)
      assert.ok(!keys.includes(toHex(former.gateway.publicKey.bytes)), 'the lost key may write')
      const court = await five.ledger('court')
      await until('its new key has signed', async () => {
        const { entry, proof } = await court.receipt({ index: fixed.index })
        const { verdict, signers } = verifyReceipt({ entry, proof, profile: 'sha256', policy })
        return verdict === 'verified' && signers.some(({ member }) => member.id === 'notary')
      })
      const { size } = await court.status()
      await until('all hold the same', async () => {
        const held = await court.members(size)
        return held.length === 6 && held.every(({ at: had, agrees }) => had?.roots != null && agrees !== false)
      })
    },
  )

  test(
    'comes back by a snapshot with its keys when its ledger is lost, though all but one give wrong parts, and some wrong blocks',
    options,
    async () => {
      const told = join(five.folder, 'wrong-parts')
      const headers = join(five.folder, 'wrong-headers')
      for (const [i, id] of (['regulator', 'court', 'notary', 'forensic'] as const).entries()) {
        await five.halt(id, 'SIGTERM')
        // The first that a newcomer asks.
        await five.start(id, { wrongChunks: told, ...(i < 2 ? { wrongHeaders: headers } : {}) })
      }
      await five.halt(SIXTH, 'SIGKILL')
      for (const name of ['ledger', 'comet']) await rm(join(five.home(SIXTH), name), { recursive: true })
      await at(SIXTH, 'rejoin')
      await five.start(SIXTH)
      assert.notEqual(await readFile(told, 'utf8').catch(() => ''), '', 'wrong parts were given')
      assert.notEqual(await readFile(headers, 'utf8').catch(() => ''), '', 'wrong blocks were given')
      const { earliest } = (await (await fetch(`${five.url(SIXTH)}/peer/engine`)).json()) as { earliest: number }
      assert.ok(earliest > 1, 'the blocks before the snapshot are not in its store')
      const own = await five.ledger(SIXTH)
      const item = evidence()
      await own.submit([item])
      await own.wait(item.id, 'witnessed', { timeoutMs: 120_000 })
      const { size } = await own.status()
      await until('all six hold the same', async () => {
        const held = await own.members(size)
        return held.length === 6 && held.every(({ at: had, agrees }) => had?.roots != null && agrees !== false)
      })
    },
  )

  test('may leave again: the others vote it out and go on as they run', options, async () => {
    const before = await Promise.all(
      ['regulator', 'court', 'notary', 'forensic', 'ca'].map((id) => five.engine(id as MemberId)),
    )
    const said = await at(SIXTH, 'leave')
    const proposal = /\(([0-9a-f]{32})\)/.exec(said)?.[1] ?? ''
    for (const id of ['court', 'notary', 'forensic'] as const) {
      await at(id, 'vote', proposal, 'yes').catch((error: { message?: string }) => {
        assert.match(error.message ?? '', /proposal-closed/)
      })
    }
    await until('it is no member any more', async () => !(await members('ca')).includes(SIXTH))
    await five.halt(SIXTH, 'SIGTERM')
    const regulator = await five.ledger('regulator')
    const item = evidence()
    await regulator.submit([item])
    await regulator.wait(item.id, 'witnessed', { timeoutMs: 120_000 })
    const now = await Promise.all(
      ['regulator', 'court', 'notary', 'forensic', 'ca'].map((id) => five.engine(id as MemberId)),
    )
    assert.deepEqual(now, before)
  })
})
