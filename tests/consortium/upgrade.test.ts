/** A later version of the software comes to five organisations one after the other, while they work; a contract's upgrade is voted. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needs } from '../capability.ts'
import { agreement } from './agreement.ts'
import { FiveNodes, MEMBERS, type MemberId, until } from './five-nodes.ts'
import { laterVersion } from './later-version.ts'
import { type LedgerEntry, LogReader } from './log-reader.ts'
import { SteadyLoad } from './steady-load.ts'

const options = needs('cometbft')
const LATER = '99.0.0'
const FIRST: readonly MemberId[] = ['regulator', 'court', 'notary', 'forensic']

describe('five nodes of which some run a later version', { concurrency: false, ...options }, () => {
  let five: FiveNodes
  let load: SteadyLoad
  let later: string
  let log: LogReader

  before(async () => {
    if (options.skip !== undefined) return
    five = await FiveNodes.start({ delayMs: 0 })
    later = await laterVersion(join(five.folder, 'later'), LATER)
    load = new SteadyLoad(five, { seed: 'upgrade', items: 5, everyMs: 300 })
    log = new LogReader(five, 'notary')
    load.start('regulator', 'notary')
  })
  after(async () => {
    await load?.stop().catch(() => undefined)
    await five?.end()
  })

  const progress = async (id: MemberId) => {
    const { size } = await five.health(id)
    await until(`${id} goes on`, async () => (await five.health(id)).size > size)
  }
  /** Votes a version of the contract into force as soon as may be. */
  const vote = async (version: number) => {
    const { id } = load.items(1)[0]!
    const { height } = await five.health('court')
    const act = async (member: MemberId, method: string, args: Record<string, never>) => {
      const item = { ...load.items(1)[0]!, contract: 'governance', method, arguments: args }
      const ledger = await five.client(member)
      await ledger.submit([method === 'propose' ? { ...item, id } : item])
      await ledger.wait(method === 'propose' ? id : item.id, 'witnessed', { timeoutMs: 300_000 })
    }
    await act('court', 'propose', { k: 'contract', n: 'evidence', v: version, h: height + 1 } as never)
    for (const member of ['notary', 'forensic'] as const) await act(member, 'vote', { q: id, y: true } as never)
  }

  test('go on while one after the other is upgraded, and tell the ledger what they run', options, async () => {
    for (const id of FIRST) {
      await five.halt(id, 'SIGTERM')
      await five.start(id, undefined, later)
      await progress(id)
    }
    await until('all four have said so', async () => {
      const told = (await log.of('governance.announce')).filter(({ body }) => body.w === LATER)
      return new Set(told.map(({ body }) => body.m)).size === FIRST.length
    })
    for (const id of MEMBERS) await until(`${id} is ready`, async () => (await five.health(id)).state === 'ready')
  })

  test(
    'run the version that was voted for from its height on; who does not have it stops and says so, until it has',
    options,
    async () => {
      await vote(2)
      await until('it is in force', async () => (await log.of('ledger.upgrade')).length > 0)
      await until('the one without it stops', async () => (await five.health('ca')).state === 'halted')
      const { detail } = await five.health('ca')
      assert.match(detail, /block \d+ cannot be executed here: version 2 of the contract evidence is not installed/)
      await progress('regulator')
      await five.halt('ca', 'SIGTERM')
      await five.start('ca', undefined, later)
      await progress('ca')
    },
  )

  test('put no upgrade in force whose self-check refuses, and go on under the version before', options, async () => {
    await vote(3)
    await until('it is said', async () => (await log.of('ledger.upgrade')).length > 1)
    assert.deepEqual(
      (await log.of('ledger.upgrade')).map(({ body }) => body),
      [
        { n: 'evidence', v: 2, w: 1 },
        { n: 'evidence', v: 3, w: 2, x: 'evidence-unfit' },
      ],
    )
    for (const id of MEMBERS) await progress(id)
    await load.stop()
    const all: LedgerEntry[] = []
    await agreement(five, load.accepted, (entry) => all.push(entry))
    const upgraded = all.findIndex(({ kind }) => kind === 'ledger.upgrade')
    for (const [index, { kind, body }] of all.entries()) {
      if (kind === 'evidence.fix') assert.equal(body.v, index > upgraded ? 2 : undefined, `entry ${index}`)
    }
    assert.equal(all.at(-1)?.body.v, 2)
  })
})
