/** What another ledger of real nodes proves of itself is taken over, and nothing else; when it signs two logs, that stands here as evidence. */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { Failure, isRefusal, randomBytes, systemClock } from '@mingzheng/kernel'
import {
  type ConsortiumPolicy,
  cosigner,
  decodeEntry,
  decodeEquivocation,
  decodePolicyChain,
  encodePolicyChain,
  logSigner,
  makeCheckpoint,
  type PolicyLink,
  parseVerifierKey,
  policyId,
  sm2NoteSigner,
  verifyEquivocation,
} from '@mingzheng/proof'
import { callChains, stageDocument } from '../../apps/node/src/chains/submit.ts'
import { consortium } from '../../apps/node/src/command/consortium.ts'
import { openMemberKeys } from '../../apps/node/src/home/member-keys.ts'
import { registerLocally } from '../../apps/node/src/index.ts'
import { needs } from '../capability.ts'
import { RunningChain, until } from './running-chain.ts'

const options = needs('cometbft')
const SIGNERS = ['regulator', 'court', 'notary']

describe('a ledger that follows another', { concurrency: false, ...options }, () => {
  let platform: RunningChain
  let courts: RunningChain
  let forger: Server | null = null
  before(async () => {
    if (options.skip !== undefined) return
    // One after the other: free ports are free until somebody listens.
    platform = await RunningChain.ofPlatform()
    courts = await RunningChain.ofCourts()
    await registerLocally(courts.folder, platform.policy)
    await until('a checkpoint is recorded', async () => {
      return (await courts.sees('internet-court', platform))?.recorded != null
    })
  })
  after(async () => {
    forger?.closeAllConnections()
    forger?.close()
    await platform?.end()
    await courts?.end()
  })

  /** What `mingzheng consortium` says at a member's own machine. */
  async function at(chain: RunningChain, id: string, ...args: string[]): Promise<string> {
    const lines: string[] = []
    const terminal = { language: 'en' as const, folder: chain.folder, print: (line: string) => lines.push(line) }
    await consortium(terminal, [...args, '--home', chain.home(id)], systemClock)
    return lines.join('\n')
  }

  /** Checkpoints of both trees that members of the platform's ledger really signed, over whatever root. */
  async function signed(size: number, by = SIGNERS) {
    const roots = { sha256: randomBytes(32), sm3: randomBytes(32) }
    const members = await Promise.all(
      by.map(async (id) => {
        const { cosignerKey } = platform.policy.members.find((member) => member.id === id)!
        return { name: parseVerifierKey(cosignerKey).name, keys: (await openMemberKeys(platform.home(id))).ledger }
      }),
    )
    const [first] = members
    const origin = { sha256: platform.origin, sm3: `${platform.origin}/sm3` }
    const sha256 = await makeCheckpoint({ origin: origin.sha256, size, root: roots.sha256 }, [
      logSigner(origin.sha256, first!.keys.log),
      ...members.map(({ name, keys }) => cosigner(name, keys.member, systemClock)),
    ])
    const sm3 = await makeCheckpoint({ origin: origin.sm3, size, root: roots.sm3 }, [
      sm2NoteSigner(origin.sm3, first!.keys.sm2Log),
      ...members.map(({ name, keys }) => sm2NoteSigner(name, keys.sm2Member)),
    ])
    return { sha256, sm3 }
  }

  const refusal = (call: Promise<unknown>, code: string) =>
    assert.rejects(call, (error) => error instanceof Failure && error.message.includes(code))

  test('refuses checkpoints that are forged, signed by too few, or grew out of nothing recorded', options, async () => {
    const ledger = await courts.ledger('high-court')
    const { size } = (await courts.sees('high-court', platform))!.recorded!
    const record = async (by: string[], at: number, change: (note: string) => string = (note) => note) => {
      const { sha256, sm3 } = await signed(at, by)
      return callChains(ledger, 'checkpoint', { o: platform.origin, a: change(sha256), b: sm3, p: [], q: [] })
    }
    const grown = (note: string) => note.replace(`\n${size + 100}\n`, `\n${size + 101}\n`)
    await refusal(record(SIGNERS, size + 100, grown), 'checkpoint-unsigned')
    await refusal(record(['regulator', 'court'], size + 100), 'checkpoint-unsigned')
    await refusal(record(SIGNERS, size + 100), 'checkpoint-inconsistent')
    await refusal(record(SIGNERS, size), 'checkpoint-contrary')
  })

  test('follows a change of policy by its proof, and takes no forged one', options, async () => {
    const proposed = await at(platform, 'court', 'remove', 'ca')
    const id = /vote ([0-9a-f]{32}) yes/.exec(proposed)?.[1] ?? ''
    await at(platform, 'notary', 'vote', id, 'yes')
    await at(platform, 'forensic', 'vote', id, 'yes')
    await until('the courts’ ledger has the new policy', async () => {
      return (await courts.sees('internet-court', platform))?.policyChanges === 1
    })
    const { policyId: followed } = (await courts.sees('institute', platform))!
    assert.notEqual(followed, policyId(platform.policy))
    const log = await fetch(`${platform.of('notary').url}/log/policy-chain.json`)
    const [link] = decodePolicyChain(new Uint8Array(await log.arrayBuffer()))
    assert.equal(followed, policyId(link!.policy))
    const ledger = await courts.ledger('high-court')
    const hand = async (one: PolicyLink) => {
      const d = await stageDocument(ledger, encodePolicyChain([one]))
      return callChains(ledger, 'follow', { d })
    }
    await refusal(hand(link!), 'policy-known')
    // A thief's policy with the true change's receipts.
    const greedy: ConsortiumPolicy = { ...link!.policy, quorum: { atLeast: 1, anyOf: [] } }
    await refusal(hand({ ...link!, policy: greedy }), 'policy-chain-broken')
    assert.equal((await courts.sees('institute', platform))!.policyChanges, 1)
  })

  test('finds two logs under one name, puts the evidence on its ledger, and shows it', options, async () => {
    await until('a checkpoint under the new policy is recorded and the two are still', async () => {
      const view = (await courts.sees('high-court', platform))!
      return view.state === 'followed' && view.recorded?.size === view.seen
    })
    const { size } = (await courts.sees('high-court', platform))!.recorded!
    const notes = await signed(size)
    const { port } = new URL(platform.of('regulator').url)
    await platform.kill()
    // Whoever holds a quorum's keys now serves another log where the regulator's node was.
    forger = createServer((request, response) => {
      const note = { '/log/checkpoint': notes.sha256, '/log/sm3/checkpoint': notes.sm3 }[request.url ?? '']
      if (note === undefined) response.writeHead(404).end()
      else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(note)
    }).listen(Number(port), '127.0.0.1')
    await until('every member shows it', async () => {
      const views = await Promise.all(courts.running.map((id) => courts.sees(id, platform)))
      return views.every((view) => view?.state === 'equivocated' && view.equivocations.length > 0)
    })
    const ledger = await courts.ledger('institute')
    const [index] = (await courts.sees('institute', platform))!.equivocations
    await until('it is witnessed', async () => (await ledger.status()).witnessedSize > index!)
    const [logged] = await ledger.entries(index!, 1)
    const { kind, body } = decodeEntry(logged!.entry)
    assert.deepEqual([kind, body.o, body.z, body.y], ['chains.equivocation', platform.origin, size, true])
    // Anybody can check it, by the policy that was in force.
    const convicted = verifyEquivocation(decodeEquivocation(body.e as Uint8Array), platform.policy)
    assert.ok(!isRefusal(convicted))
    assert.deepEqual(convicted.members.map((member) => member.id).sort(), [...SIGNERS].sort())
    const metrics = await fetch(`${courts.of('institute').ledgerUrl}/metrics`, {
      headers: { authorization: `Bearer ${await courts.token('institute')}` },
    })
    assert.match(await metrics.text(), /mingzheng_chain_state\{[^}]*state="equivocated"\} 1/)
  })
})
