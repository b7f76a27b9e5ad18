/**
 * One of five organisations lies, in every way that its keys and its machine allow, under load: it is named, the evidence stands on
 * the ledger of all, and nothing that the others hold is changed by it.
 */
import assert from 'node:assert/strict'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { isRefusal, systemClock } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { cometAddress, LightCopy, type LightSource } from '@mingzheng/ledger'
import { decodeEquivocation, verifyEquivocation } from '@mingzheng/proof'
import { consortium } from '../../apps/node/src/command/consortium.ts'
import { openMemberKeys } from '../../apps/node/src/home/member-keys.ts'
import { readFounding } from '../../apps/node/src/run/open-node.ts'
import { needs } from '../capability.ts'
import { agreement } from './agreement.ts'
import { CometSocket } from './comet-socket.ts'
import { evidenceOfTwoVotes } from './double-vote.ts'
import { FiveNodes, MEMBERS, type MemberId, until } from './five-nodes.ts'
import { Forger } from './forger.ts'
import { LogReader } from './log-reader.ts'
import { SteadyLoad } from './steady-load.ts'

const options = needs('cometbft')
const SEED = process.env.FAULTS_SEED ?? 'one of five lies'
const HONEST = MEMBERS.filter((id) => id !== 'ca')

describe(`a dishonest member among five nodes (seed "${SEED}")`, { concurrency: false, ...options }, () => {
  let five: FiveNodes
  let load: SteadyLoad
  let log: LogReader
  /** Sizes of which one signed another root than the others, having computed it. */
  const strayed: number[] = []

  before(async () => {
    if (options.skip !== undefined) return
    five = await FiveNodes.start({ links: SEED })
    load = new SteadyLoad(five, { seed: SEED })
    log = new LogReader(five, 'court')
    load.start('regulator', 'court', 'notary')
  })
  after(async () => {
    await load?.stop().catch(() => undefined)
    await five?.end()
  })

  const progress = async (...members: MemberId[]) => {
    for (const id of members) {
      const { size } = await five.health(id)
      await until(`${id} goes on`, async () => (await five.health(id)).size > size)
    }
  }
  const entries = (kind: string) => log.of(kind)

  test(
    'that serves another log, tells of other roots and signs what never was is believed by nobody',
    options,
    async () => {
      const ledger = await five.client('regulator')
      const { policy } = ledger
      const keys = await openMemberKeys(five.home('ca'))
      const forger = await Forger.open({ member: 'ca', keys, policy, seed: SEED })
      five.links.lead('ca', forger.port)
      try {
        // Lines over a size that everybody has, and over one that nobody has reached: what it has not executed.
        const { size } = await ledger.status()
        forger.lies = [size, size + 300]
        await until('the audit view names it', async () => {
          const members = await ledger.members(null)
          return members.every(({ id, agrees }) => agrees === (id !== 'ca'))
        })
        await until('the evidence of both stands on the ledger', async () => {
          const found = await entries('governance.equivocation')
          const sizes = found.map(({ body }) => body.z)
          return sizes.includes(size) && sizes.includes(size + 300)
        })
        for (const { body } of await entries('governance.equivocation')) {
          assert.deepEqual(body.m, ['ca'])
          const convicted = verifyEquivocation(decodeEquivocation(body.e as Uint8Array), policy)
          assert.ok(!isRefusal(convicted))
          assert.deepEqual(
            convicted.members.map(({ id }) => id),
            ['ca'],
          )
        }
        const sources = MEMBERS.filter((id) => id !== 'regulator').map((id) =>
          sourceAt(id, five.links.port('regulator', id, 'public')),
        )
        const copy = LightCopy.open({ folder: join(five.folder, 'light'), policy, sources: [...sources].reverse() })
        const states = new Map((await copy.follow()).map(({ id, state }) => [id, state]))
        await copy.close()
        assert.equal(states.get('ca'), 'unsigned')
        assert.ok(
          ['court', 'notary', 'forensic'].every((id) => states.get(id) === 'same'),
          JSON.stringify([...states]),
        )
        assert.ok(
          ['/peer/cosignatures', '/peer/positions', '/peer/holdings'].every((path) => forger.asked.has(`GET ${path}`)),
        )
        // Nobody has halted for what one alone claims.
        for (const id of HONEST) await until(`${id} is ready`, async () => (await five.health(id)).state === 'ready')
        await progress(...HONEST)
      } finally {
        five.links.lead('ca', null)
        await forger.close()
      }
    },
  )

  test('that withholds everything, with its connections open, holds up nobody', options, async () => {
    await five.hang('ca', 'SIGSTOP')
    await progress(...HONEST)
    const ledger = await five.client('regulator')
    const away = (await ledger.members(null)).find(({ id }) => id === 'ca')
    assert.equal(away?.state, 'unreached')
    await progress(...HONEST)
    await five.hang('ca', 'SIGCONT')
    await progress('ca')
  })

  test('that lets through what is malformed, huge or replayed changes nothing for the others', options, async () => {
    await five.halt('ca', 'SIGTERM')
    await five.start('ca', { takesAnything: true })
    const comet = new CometSocket(five, 'ca')
    const { height } = await five.health('ca')
    const old = (
      await Promise.all([...Array(40).keys()].map((i) => comet.transactions(Math.max(1, height - i))))
    ).flat()
    assert.ok(old.length > 10)
    const garbage = load.items(60).map(({ id, arguments: args }) => Buffer.concat([id, args.c as Uint8Array]))
    const cut = old.slice(0, 10).map((bytes) => bytes.subarray(0, bytes.length - 1))
    const huge = Array.from({ length: 4 }, (_, i) => new Uint8Array(2_000_000).fill(i + 1))
    const answers: string[] = []
    for (const one of [...old, ...garbage, ...cut, ...huge]) answers.push(await comet.give(one))
    assert.ok(answers.filter((answer) => answer === 'taken').length > 70, answers.join())
    assert.match(await comet.give(new Uint8Array(3_000_000)), /Tx too large/)
    // It proposes them whenever it is its turn: the others vote for none of it.
    for (let i = 0; i < 3; i++) await progress(...HONEST)
    comet.close()
    await five.halt('ca', 'SIGTERM')
    await five.start('ca')
    await progress('ca')
  })

  test(
    'whose contract computes something else halts, says at which height and why, and stays halted when it is started again',
    options,
    async () => {
      const before = (await entries('governance.equivocation')).length
      await five.halt('ca', 'SIGTERM')
      await five.start('ca', { wrongResults: true })
      await until('it halts', async () => (await five.health('ca')).state === 'halted')
      const { detail, words: told } = await five.health('ca')
      assert.match(detail, /^halted at height \d+: this member’s state is not that of the others/)
      assert.match(told.en, /I disagree with the others and have stopped/)
      assert.equal(await five.engine('ca'), null)
      await progress(...HONEST)
      // What it signed with it is evidence against it.
      await until('it is named', async () => (await entries('governance.equivocation')).length > before)
      assert.ok((await entries('governance.equivocation')).every(({ body }) => String(body.m) === 'ca'))
      strayed.push(...(await entries('governance.equivocation')).slice(before).map(({ body }) => Number(body.z)))
      // Started again as it is, it stays halted: no loop.
      await five.halt('ca', 'SIGTERM')
      await five.start('ca')
      assert.equal((await five.health('ca')).state, 'halted')
    },
  )

  test(
    'that has halted is brought back by one command: it signs nothing twice, and what it accepted meanwhile is fixed',
    options,
    async () => {
      const home = five.home('ca')
      const resume = (at: string) => {
        const terminal = { language: 'en' as const, folder: five.folder, print: (line: string) => said.push(line) }
        return consortium(terminal, ['resume', '--home', at], systemClock)
      }
      const said: string[] = []
      await load.give('ca', load.items(5))
      await assert.rejects(resume(home), { code: 'ledger-in-use' })
      await assert.rejects(resume(five.home('court')), { code: 'home-not-halted' })
      // A copy of the home elsewhere: two would sign with one key.
      const copy = join(five.folder, 'copy')
      await cp(home, copy, { recursive: true, filter: (path) => !path.endsWith('.sock') })
      await assert.rejects(resume(copy), { code: 'member-still-runs' })
      await five.halt('ca', 'SIGTERM')
      await rm(join(copy, 'ledger/witness'), { recursive: true })
      await assert.rejects(resume(copy), { code: 'signatures-unknown' })
      const votes = 'comet/data/priv_validator_state.json'
      await cp(join(home, 'ledger/witness'), join(copy, 'ledger/witness'), { recursive: true })
      await writeFile(join(copy, votes), '{')
      await assert.rejects(resume(copy), { code: 'engine-start' })
      const voted = async () => Number(JSON.parse(await readFile(join(home, votes), 'utf8')).height)
      const before = await voted()

      await resume(home)
      assert.match(
        said.join(),
        /this member had halted at block \d+ on .*: this member’s state is not that of the others/,
      )
      assert.ok((await readdir(home)).some((name) => name.startsWith('halted-1-at-')))
      assert.equal(await voted(), before)
      await five.start('ca')
      await progress('ca')
      await until('it is ready', async () => (await five.health('ca')).state === 'ready')
      // Ready is who holds what the others hold; its vote is in the next blocks.
      await until('it votes again', async () => {
        await progress('ca')
        return (await voted()) > before
      })
      // It made no other line over a size of which it had signed another root.
      for (const size of strayed) {
        const answer = await fetch(`${five.url('court')}/peer/cosignatures?size=${size}`)
        const { notes } = (await answer.json()) as { notes: string[] }
        const there = notes.filter((note) => note.split('\n')[1] === String(size))
        assert.ok(there.length > 0 && there.every((note) => !/\/ca[ /]/.test(note)), there.join('\n'))
      }
      assert.doesNotMatch(
        await readFile(join(home, 'comet/log/cometbft.log'), 'utf8'),
        /conflicting vote from ourselves/,
      )
    },
  )

  test('that has lost all of its data comes back, and votes on nothing that was decided', options, async () => {
    await five.halt('ca', 'SIGTERM')
    for (const part of ['ledger', 'comet']) await rm(join(five.home('ca'), part), { recursive: true })
    const { height } = await five.health('court')
    await five.start('ca')
    // It does not know any more how it voted.
    const signed = await readFile(join(five.home('ca'), 'comet/data/priv_validator_state.json'), 'utf8')
    assert.ok(Number((JSON.parse(signed) as { height: string }).height) > height)
    await progress('ca')
    const words = await readFile(join(five.home('ca'), 'comet/log/cometbft.log'), 'utf8')
    assert.doesNotMatch(words, /conflicting vote from ourselves/)
  })

  test('whose consensus key votes twice stands on the ledger of all by name', options, async () => {
    assert.deepEqual(await entries('governance.misbehaviour'), [], 'what came before was no double vote')
    const { genesis } = await readFounding(five.home('ca'))
    const { consensus: key } = await openMemberKeys(five.home('ca'))
    const comet = new CometSocket(five, 'court')
    const height = (await five.health('court')).height - 5
    const [voters, time] = [await comet.voters(), await comet.time(height)]
    const index = voters.indexOf(cometAddress(key.publicKey.bytes))
    const votes = { chainId: genesis.engine.chainId, key, index, votes: voters.length, height, time }
    const random = seededRandom(SEED)
    await comet.accuse(await evidenceOfTwoVotes({ ...votes, blocks: [random(32), random(32)] }))
    // The votes of somebody who is no voter accuse nobody.
    const stranger = (await openMemberKeys(join(five.folder, 'stranger'))).consensus
    const forged = await evidenceOfTwoVotes({ ...votes, key: stranger, blocks: [random(32), random(32)] })
    await assert.rejects(comet.accuse(forged))
    await until('it is on the ledger', async () => (await entries('governance.misbehaviour')).length > 0)
    const found = await entries('governance.misbehaviour')
    assert.deepEqual(
      found.map(({ body }) => [body.k, body.m, body.h]),
      [['double-vote', 'ca', height]],
    )
    comet.close()
    await progress(...MEMBERS)
  })

  test('and in the end all logs are the same, with all that was accepted', options, async () => {
    await load.stop()
    await agreement(five, load.accepted)
  })
})

function sourceAt(id: string, port: number): LightSource {
  return {
    id,
    async read(path) {
      const answer = await fetch(`http://127.0.0.1:${port}/log/${path}`)
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      return new Uint8Array(await answer.arrayBuffer())
    },
  }
}
