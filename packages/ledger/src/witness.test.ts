import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeJson, isRefusal, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import {
  decodeEquivocation,
  decodePolicyChain,
  followChains,
  formatNote,
  judgeCheckpoint,
  parseNote,
  profileKeys,
  verifyEquivocation,
} from '@mingzheng/proof'
import { createTestConsortium, FIVE_MEMBERS } from '@mingzheng/proof/testing'
import { PolicyChainFile } from './log/policy-chain-file.ts'
import { type Carry, type TestWitness, testWitnesses } from './testing/test-witnesses.ts'

const entriesOf = (seed: string, count: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random(120))
}

/** Waits until something holds; the test's own time limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}

const newest = (node: TestWitness) => node.believed.at(-1)
const signersOf = (checkpoint: string | undefined) =>
  checkpoint === undefined ? 0 : parseNote(checkpoint).signatures.length - 1
const close = async (nodes: Map<string, TestWitness>) => {
  for (const node of nodes.values()) await node.witness.close()
}

describe('witnesses of five members', { timeout: 60_000 }, () => {
  test('come to believe each checkpoint everywhere, with the lines of all, in both trees', async () => {
    const consortium = createTestConsortium()
    const nodes = await testWitnesses({ consortium })
    for (const entry of entriesOf('all', 7)) {
      for (const node of nodes.values()) node.commit(entry)
      const { size } = nodes.get('court')!.log
      await until(() => [...nodes.values()].every((node) => newest(node)?.size === size))
    }
    await until(() => [...nodes.values()].every((node) => signersOf(newest(node)?.sm3) === 5))
    for (const node of nodes.values()) {
      for (const profile of ['sha256', 'sm3'] as const) {
        const judged = judgeCheckpoint(
          newest(node)![profile],
          consortium.policy,
          profileKeys(consortium.policy, profile),
        )
        const checks = [judged.format, judged.origin, judged.log, judged.members, judged.quorum]
        assert.ok(
          checks.every(({ status }) => status === 'passed'),
          JSON.stringify(checks),
        )
        assert.equal(judged.signers.length, 5)
      }
      assert.deepEqual(
        node.witness.members.map(({ witnessedSize }) => witnessedSize),
        [7, 7, 7, 7, 7],
      )
      assert.equal(node.stalled, null)
    }
    await close(nodes)
  })

  test('believe nothing while fewer than the policy asks for sign, and say so; then it comes by itself', async () => {
    const away = new Set(['court', 'notary', 'ca'])
    const carry: Carry = async (from, to) => {
      if (away.has(from) || away.has(to)) throw new Error('away')
    }
    const nodes = await testWitnesses({ carry })
    for (const node of nodes.values()) node.commit(...entriesOf('few', 3))
    const regulator = nodes.get('regulator')!
    await until(() => regulator.stalled === 'quorum-missing')
    assert.equal(newest(regulator), undefined)
    away.delete('ca')
    await until(() => regulator.witness.members.find(({ id }) => id === 'ca')?.witnessedSize === 3)
    // Three signed, but neither the court nor the notary.
    assert.equal(newest(regulator), undefined)
    away.delete('court')
    await until(() => newest(regulator)?.size === 3)
    assert.equal(regulator.stalled, null)
    await close(nodes)
  })

  test('that were behind take what waited for them, and those that were away pull what they missed', async () => {
    const cut = new Set<string>()
    const carry: Carry = async (from, to) => {
      if (cut.has(from) || cut.has(to)) throw new Error('away')
    }
    const nodes = await testWitnesses({ carry })
    const entries = entriesOf('behind', 6)
    const slow = nodes.get('notary')!
    for (const entry of entries.slice(0, 3)) for (const node of nodes.values()) if (node !== slow) node.commit(entry)
    const ahead = [...nodes.values()].filter((node) => node !== slow)
    await until(() => ahead.every((node) => newest(node)?.size === 3))
    assert.equal(newest(slow), undefined)
    for (const entry of entries.slice(0, 3)) slow.commit(entry)
    await until(() => newest(slow)?.size === 3 && signersOf(newest(slow)?.sha256) === 5)
    cut.add('forensic')
    for (const entry of entries.slice(3)) for (const node of nodes.values()) node.commit(entry)
    const forensic = nodes.get('forensic')!
    await until(() => newest(slow)?.size === 6)
    assert.equal(newest(forensic)?.size, 3)
    cut.clear()
    await until(() =>
      [...nodes.values()].every((node) => signersOf(newest(node)?.sm3) === 5 && newest(node)?.size === 6),
    )
    await close(nodes)
  })

  test('keep their signatures over a restart, answer for sizes long past, and sign no other root of a size', async () => {
    const consortium = createTestConsortium()
    const nodes = await testWitnesses({ consortium })
    for (const entry of entriesOf('kept', 5)) {
      for (const node of nodes.values()) node.commit(entry)
      const { size } = nodes.get('court')!.log
      await until(() =>
        [...nodes.values()].every((node) => signersOf(newest(node)?.sm3) === 5 && newest(node)?.size === size),
      )
    }
    const court = nodes.get('court')!
    await court.restart()
    await until(() => signersOf(newest(court)?.sm3) === 5)
    const kept = court.witness.exchange.linesAt(2)
    assert.equal(parseNote(kept!.sha256!).signatures.length, 5)
    const answer = JSON.parse(new TextDecoder().decode(court.witness.exchange.answer(2))) as { notes: string[] }
    assert.ok(answer.notes[0]!.startsWith(`${consortium.policy.origin}\n2\n`))
    // The same folder under another log: what it signed once binds it.
    const other = { size: 5, root: { sha256: new Uint8Array(32), sm3: new Uint8Array(32) } }
    court.witness.offer(other)
    await until(() => court.stalled === 'signer-fault')
    await close(nodes)
  })

  test('that signed another root of a size sign none of it again, whatever they learn of it, and sign the next', async () => {
    const nodes = await testWitnesses()
    const [first, second] = entriesOf('astray', 2)
    const court = nodes.get('court')!
    court.witness.offer({ size: 1, root: { sha256: new Uint8Array(32), sm3: new Uint8Array(32) } })
    await until(() => court.witness.exchange.linesAt(1)?.sm3 !== undefined)
    const others = [...nodes.values()].filter((node) => node !== court)
    for (const node of others) node.commit(first!)
    // Its ledger was taken from the others; what it signed is known still.
    court.log.append(first!)
    await court.restart()
    await until(() => court.stalled === 'signer-fault')
    for (const node of others) await node.restart()
    await until(() => (court.witness.exchange.at(1)?.lines.sha256.size ?? 0) > 2)
    court.stalled = null
    await court.restart()
    await until(() => court.stalled === 'signer-fault')
    for (const node of nodes.values()) node.commit(second!)
    await until(() => court.stalled === null && signersOf(newest(court)?.sm3) === 5)
    await close(nodes)
  })
})

describe('a change of the policy', { timeout: 60_000 }, () => {
  test('is signed by the former members, believed under the new policy, and leaves a chain that anybody can follow', async () => {
    const consortium = createTestConsortium()
    const { policy: first } = consortium
    const next = consortium.successor(first, {
      members: FIVE_MEMBERS.filter(({ id }) => id !== 'ca'),
      quorum: { atLeast: 4, anyOf: [] },
    })
    const nodes = await testWitnesses({ consortium })
    const [entry] = entriesOf('before', 1)
    const { entry: change } = await createTestConsortium().link(first, next, ['regulator', 'court', 'notary'])
    for (const node of nodes.values()) node.commit(entry!)
    for (const node of nodes.values()) {
      node.witness.adopt(next, 1)
      node.commit(change)
    }
    await until(() => nodes.get('ca')!.stalled === 'signer-fault')
    const staying = [...nodes.values()].filter(({ id }) => id !== 'ca')
    await until(() => staying.every((node) => newest(node)?.size === 2 && node.links.length === 1))
    for (const { id, log, files, links } of staying) {
      const judged = judgeCheckpoint(newest(nodes.get(id)!)!.sm3, next, profileKeys(next, 'sm3'))
      assert.deepEqual([judged.quorumMet, judged.members.status, judged.signers.length], [true, 'passed', 4])
      const file = new PolicyChainFile(files, `/${id}/log`, log)
      await file.add(links[0]!)
      const history = followChains(first, [decodePolicyChain(file.bytes!)])
      assert.ok(!isRefusal(history) && history.terms.at(-1)!.since === 2)
      // As it is found at the next start.
      assert.ok(new PolicyChainFile(files, `/${id}/log`, log).has(next))
    }
    await close(nodes)
  })
})

describe('messages that a stranger or a liar sends', { timeout: 60_000 }, () => {
  const consortium = createTestConsortium()
  const entries = entriesOf('hostile', 4)
  const noteOf = async (id: string, size: number, profile: 'sha256' | 'sm3' = 'sha256', seed = 'hostile') => {
    const own = createTestConsortium()
    own.append(...entriesOf(seed, size))
    const note = parseNote(await own.checkpoint(profile, [id]))
    return formatNote({ text: note.text, signatures: note.signatures.slice(1) })
  }
  const message = (...notes: string[]) => encodeJson({ v: 1, notes })
  const alone = async () => {
    const nodes = await testWitnesses({
      consortium,
      ids: ['regulator', 'ca'],
      carry: () => Promise.reject(new Error('cut')),
    })
    const node = nodes.get('regulator')!
    node.commit(...entries)
    await until(() => node.witness.members[0]!.witnessedSize === 4)
    return { node, nodes }
  }

  test('are refused by name and change nothing', async () => {
    const { node, nodes } = await alone()
    const good = await noteOf('court', 4)
    const { text, signatures } = parseNote(good)
    const forged = signatures.map((line) => ({
      ...line,
      signature: line.signature.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
    }))
    const stranger = createTestConsortium({ seed: 'stranger' })
    stranger.append(...entries)
    const elsewhere = createTestConsortium({ origin: 'elsewhere.test' })
    const cases = [
      [utf8('no JSON'), 'cosignatures-malformed'],
      [utf8('{"notes":[],"v":2}'), 'cosignatures-malformed'],
      [utf8('{ "v":1,"notes":[]}'), 'cosignatures-malformed'],
      [message('not a note'), 'cosignatures-malformed'],
      [message(...Array.from({ length: 65 }, () => good)), 'cosignatures-malformed'],
      [new Uint8Array(300_000), 'cosignatures-malformed'],
      [message(formatNote({ text, signatures: forged })), 'cosignatures-invalid'],
      [message(await stranger.checkpoint('sha256', ['court'])), 'cosignatures-unknown-key'],
      [message(await elsewhere.checkpoint('sha256', ['court'])), 'cosignatures-other-log'],
    ] as const
    for (const [bytes, code] of cases) {
      const received = node.witness.receive(bytes)
      assert.equal(received.refused[0]?.code, code)
      assert.equal(received.kept, 0)
    }
    assert.equal(node.witness.members.find(({ id }) => id === 'court')!.witnessedSize, 0)
    assert.equal(node.found.length, 0)
    assert.deepEqual(node.witness.receive(message(good)), { kept: 1, waiting: 0, known: 0, refused: [] })
    assert.deepEqual(node.witness.receive(message(good)), { kept: 0, waiting: 0, known: 1, refused: [] })
    await close(nodes)
  })

  test('about sizes that never come take a bounded place, and do not push out those that do come', async () => {
    const { node, nodes } = await alone()
    const own = createTestConsortium()
    own.append(...entries)
    const more = entriesOf('more', 200)
    const next = more.map(() => '')
    for (const [i, entry] of more.entries()) {
      own.append(entry)
      const note = parseNote(await own.checkpoint('sha256', ['court']))
      next[i] = formatNote({ text: note.text, signatures: note.signatures.slice(1) })
    }
    for (const one of next.toReversed()) node.witness.receive(message(one))
    node.commit(more[0]!)
    await until(() => (node.witness.exchange.at(5)?.lines.sha256.size ?? 0) === 2)
    assert.equal(node.witness.receive(message(next[150]!)).waiting, 1)
    await close(nodes)
  })

  for (const profile of ['sha256', 'sm3'] as const) {
    test(`of a member that signs two roots of one size become evidence that anybody can check (${profile})`, async () => {
      const { node, nodes } = await alone()
      node.witness.receive(message(await noteOf('court', 4, profile)))
      const contrary = await noteOf('court', 4, profile, 'another log')
      assert.equal(node.witness.receive(message(contrary)).refused[0]?.code, 'cosignatures-contrary')
      assert.equal(node.found.length, 1)
      const { bytes, equivocation } = node.found[0]!
      assert.deepEqual([equivocation.kind, equivocation.members[0]!.id], ['double-signed', 'court'])
      const checked = verifyEquivocation(decodeEquivocation(bytes), consortium.policy)
      assert.ok(!isRefusal(checked) && checked.size === 4)
      // Told once, kept for ever.
      node.witness.receive(message(contrary))
      assert.equal(node.found.length, 1)
      assert.equal(node.witness.equivocations.length, 1)
      // A crash may have kept it from the ledger.
      await node.restart()
      await until(() => node.found.length === 2)
      assert.deepEqual(node.found[1]!.bytes, bytes)
      await close(nodes)
    })
  }

  test('of a member that signed only another log are held against what the policy believes, at any size', async () => {
    const nodes = await testWitnesses({ consortium, ids: ['regulator', 'notary', 'ca', 'forensic'] })
    for (const entry of entries) for (const node of nodes.values()) node.commit(entry)
    await until(() => [...nodes.values()].every((node) => newest(node)?.size === 4))
    const node = nodes.get('notary')!
    for (const size of [2, 4]) {
      node.witness.receive(message(await noteOf('court', size, 'sha256', `fork ${size}`)))
      const { equivocation, evidence } = node.found.at(-1)!
      assert.deepEqual([equivocation.kind, equivocation.size], ['against-ledger', size])
      assert.equal(evidence.consistency !== undefined, size === 2)
      assert.ok(!isRefusal(verifyEquivocation(evidence, consortium.policy)))
    }
    // A size that is still to come is judged when it has come.
    node.witness.receive(message(await noteOf('court', 5, 'sha256', 'fork 5')))
    assert.equal(node.found.length, 2)
    for (const one of nodes.values()) one.commit(entriesOf('fifth', 1)[0]!)
    await until(() => node.found.length === 3)
    await close(nodes)
  })
})
