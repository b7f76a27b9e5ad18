import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, fromHex, keySigner, manualClock, toBase64, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import {
  cosigner,
  formatNote,
  formatVerifierKey,
  makeVerifierKey,
  parseNote,
  parseSignatureLine,
  signNote,
  verifyLine,
} from '@mingzheng/proof'
import { createTestConsortium, createTestLog } from '@mingzheng/proof/testing'
import { vectorJson } from '../../../../tests/vectors.ts'
import { MemoryFiles } from '../testing/memory-files.ts'
import { testWitnesses } from '../testing/test-witnesses.ts'
import { formatAddCheckpoint } from './add-checkpoint.ts'
import { TlogWitness } from './tlog-witness.ts'

const clock = manualClock(Date.UTC(2026, 10, 24, 12))
const secret = seededRandom('outside witness')(32)
const signer = cosigner('witness.example/w1', keySigner({ algorithm: 'ed25519', secret }), clock)

function stage(seed = 'witnessed log') {
  const log = createTestLog({ seed, origin: 'log.example/one' })
  const random = seededRandom(seed)
  const files = new MemoryFiles()
  const logs = [{ origin: 'log.example/one', keys: [log.signers.sha256[0]!.key] }]
  const open = () => new TlogWitness({ logs, signers: [signer], files, folder: '/witness' })
  const grow = async (count: number) => {
    log.append(...Array.from({ length: count }, () => random(50)))
    return log.checkpoint('sha256', [log.signers.sha256[0]!])
  }
  return { log, files, open, grow, witness: open() }
}

const ask = (witness: TlogWitness, old: number, proof: readonly Bytes[], signed: string) =>
  witness.addCheckpoint(utf8(formatAddCheckpoint(old, proof, signed)))

describe('a node as a witness of other logs', () => {
  test('cosigns a first checkpoint and what continues it, and remembers over a restart', async () => {
    const { log, open, grow, witness } = stage()
    const first = await grow(5)
    const answer = await ask(witness, 0, [], first)
    assert.equal(answer.status, 200)
    const line = parseSignatureLine(answer.body.trimEnd())
    const verdict = verifyLine(parseNote(first), line, signer.key)
    assert.deepEqual(verdict, { valid: true, time: clock.now() })
    const second = await grow(8)
    assert.equal((await ask(open(), 5, log.consistency('sha256', 5), second)).status, 200)
    assert.equal(open().last('log.example/one')!.size, 13)
    // The same again is cosigned again, with a newer time.
    assert.equal((await ask(open(), 13, [], second)).status, 200)
  })

  test('refuses by status: what is malformed, unknown, unsigned, not what it saw last, or no continuation', async () => {
    const { log, grow, witness } = stage()
    const first = await grow(5)
    const note = parseNote(first)
    const damaged = {
      ...note.signatures[0]!,
      signature: note.signatures[0]!.signature.map((byte, i) => (i === 9 ? byte ^ 1 : byte)),
    }
    const cases: [string, number][] = [
      ['', 400],
      ['old 1\n', 400],
      [`old 01\n\n${first}`, 400],
      [`old -1\n\n${first}`, 400],
      [`old 0\nAAAA\n\n${first}`, 400],
      [`old 0\n${`${toBase64(new Uint8Array(32))}\n`.repeat(64)}\n${first}`, 400],
      [`old 6\n\n${first}`, 400],
      [`old 0\n\n${first}`.replaceAll('log.example/one', 'log.example/two'), 404],
      [`old 0\n\n${formatNote({ text: note.text, signatures: [damaged] })}`, 403],
      [`old 0\n\n${await signNote(note.text, [signer])}`, 403],
      [`old 0\n${toBase64(new Uint8Array(32))}\n\n${first}`, 422],
    ]
    for (const [body, status] of cases) {
      assert.equal((await witness.addCheckpoint(utf8(body))).status, status, JSON.stringify(body.slice(0, 60)))
    }
    assert.equal(witness.last('log.example/one'), null)
    assert.equal((await ask(witness, 0, [], first)).status, 200)
    const second = await grow(8)
    const conflict = await ask(witness, 0, [], second)
    assert.deepEqual(conflict, { status: 409, contentType: 'text/x.tlog.size', body: '5\n' })
    assert.equal((await ask(witness, 5, log.consistency('sha256', 4), second)).status, 422)
    assert.equal((await ask(witness, 5, [], second)).status, 422)
    const fork = stage('fork')
    const other = await signNote(parseNote(await fork.grow(5)).text, [log.signers.sha256[0]!])
    assert.equal((await ask(witness, 5, [], other)).status, 409)
    const longer = await signNote(parseNote(await fork.grow(8)).text, [log.signers.sha256[0]!])
    assert.equal((await ask(witness, 5, fork.log.consistency('sha256', 5), longer)).status, 422)
    assert.equal(witness.last('log.example/one')!.size, 5)
  })

  test('takes one request at a time: of two that continue the same checkpoint one is too late', async () => {
    const { log, grow, witness } = stage()
    await ask(witness, 0, [], await grow(5))
    const seven = { signed: await grow(2), proof: log.consistency('sha256', 5) }
    const nine = { signed: await grow(2), proof: log.consistency('sha256', 5) }
    const answers = await Promise.all([
      ask(witness, 5, nine.proof, nine.signed),
      ask(witness, 5, seven.proof, seven.signed),
    ])
    assert.deepEqual(
      answers.map(({ status, body }) => (status === 409 ? body : status)),
      [200, '9\n'],
    )
    assert.equal(witness.last('log.example/one')!.size, 9)
  })

  test('signs nothing that it could not keep', async () => {
    const { files, grow, witness } = stage()
    const first = await grow(5)
    for (const when of ['lost', 'kept'] as const) {
      files.fault = (operation) => (operation === 'sync' ? { when } : null)
      await assert.rejects(ask(witness, 0, [], first), { code: 'storage-fault' })
    }
    files.fault = () => null
    assert.equal((await ask(witness, 0, [], first)).status, 200)
  })

  test('passes over extension lines of other logs and signatures of kinds that it does not know', async () => {
    const { log, grow, witness } = stage()
    const note = parseNote(await grow(5))
    const text = `${note.text}extension line\n`
    const own = await log.signers.sha256[0]!.sign(text)
    const strange = { name: 'log.example/one', keyId: '0badc0de', signature: new Uint8Array(2424) }
    const answer = await ask(witness, 0, [], formatNote({ text, signatures: [strange, own] }))
    assert.equal(answer.status, 200)
    assert.ok(verifyLine({ text }, parseSignatureLine(answer.body.trimEnd()), signer.key).valid)
  })
})

describe('the conversation that the public witness of torchwood was tested with', () => {
  interface Conversation {
    origin: string
    logPublicKey: string
    conversation: { request: string; status: number }[]
  }
  const { origin, logPublicKey, conversation } = vectorJson<Conversation>('torchwood/witness.json')

  test(`is answered with the same status, request by request (${conversation.length})`, async () => {
    const key = makeVerifierKey('ed25519', origin, { algorithm: 'ed25519', bytes: fromHex(logPublicKey) })
    const logs = [{ origin, keys: [key] }]
    const witness = new TlogWitness({ logs, signers: [signer], files: new MemoryFiles(), folder: '/witness' })
    for (const { request, status } of conversation) {
      const answer = await witness.addCheckpoint(utf8(request))
      assert.equal(answer.status, status, request)
    }
  })
})

describe('public witnesses of our ledger', { timeout: 60_000 }, () => {
  const key = formatVerifierKey(signer.key)
  const witnesses = [{ id: 'outside', name: { zh: '外部见证', en: 'Outside' }, key }]
  const quorum = { atLeast: 3, anyOf: ['court', 'notary'] as const }

  test('are asked by the nodes; with them the policy is met, and their line stands in what is served', async () => {
    const consortium = createTestConsortium({
      policy: { witnesses },
      quorum: { ...quorum, anyOf: [...quorum.anyOf], witnesses: 1 },
    })
    const { origin } = consortium.policy
    const keys = consortium.policy.members.map(({ id }) => consortium.signersOf(id).sha256[0].key)
    let away = true
    const witness = new TlogWitness({
      logs: [{ origin, keys }],
      signers: [signer],
      files: new MemoryFiles(),
      folder: '/w',
    })
    const post = async (body: string) => {
      if (away) throw new Error('away')
      return witness.addCheckpoint(utf8(body))
    }
    // Only two of the members reach it.
    const reach = (id: string) => (['regulator', 'court'].includes(id) ? { post } : null)
    const nodes = await testWitnesses({ consortium, outside: reach })
    const random = seededRandom('outside')
    const grow = () => {
      const entry = random(80)
      for (const node of nodes.values()) node.commit(entry)
    }
    grow()
    await until(() => [...nodes.values()].every((node) => node.stalled === 'quorum-missing'))
    assert.ok([...nodes.values()].every(({ believed }) => believed.length === 0))
    away = false
    for (let size = 1; size <= 4; size++) {
      if (size > 1) grow()
      await until(() => [...nodes.values()].every((node) => node.believed.at(-1)?.size === size))
    }
    for (const node of nodes.values()) {
      const { sha256, sm3 } = node.believed.at(-1)!
      assert.equal(parseNote(sha256).signatures.at(-1)!.name, 'witness.example/w1')
      assert.ok(parseNote(sm3).signatures.every(({ name }) => name !== 'witness.example/w1'))
      await node.witness.close()
    }
  })

  test('that answer with another key, rubbish or a fork are not believed', async () => {
    const consortium = createTestConsortium({ policy: { witnesses } })
    const stranger = cosigner(
      'witness.example/w1',
      keySigner({ algorithm: 'ed25519', secret: secret.map((byte) => byte ^ 1) }),
      clock,
    )
    let asked = 0
    const post = async (body: string) => {
      const answers = [
        '',
        'rubbish\n',
        '409\n',
        '— a b\n',
        await signNote('other\n', [signer]),
        await signNote(`${body.slice(body.indexOf('\n\n') + 2).split('\n\n')[0]!}\n`, [stranger]),
      ]
      const status = asked % 3 === 2 ? 409 : 200
      return { status, contentType: 'text/plain', body: answers[asked++ % answers.length]! }
    }
    const nodes = await testWitnesses({ consortium, ids: ['regulator'], outside: () => ({ post }) })
    const node = nodes.get('regulator')!
    const random = seededRandom('rubbish')
    for (let size = 1; asked < 12; size++) {
      node.commit(random(80))
      const before = asked
      await until(() => asked > before && node.witness.exchange.at(size)?.lines.sha256.size === 1)
      assert.equal(node.witness.exchange.at(size)!.lines.sha256.size, 1)
    }
    await node.witness.close()
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}
