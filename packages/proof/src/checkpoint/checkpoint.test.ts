import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromHex } from '@mingzheng/kernel'
import fc from 'fast-check'
import { vectorJson } from '../../../../tests/vectors.ts'
import { merkleHash } from '../merkle/merkle-hash.ts'
import { verifyConsistency } from '../merkle/verify-proof.ts'
import { type Checkpoint, formatCheckpoint, parseCheckpoint, parseSignedCheckpoint } from './checkpoint.ts'
import { parseHash } from './hash-text.ts'
import { makeVerifierKey, verifyLine } from './verifier-key.ts'

/** Why we refuse what the source reads. */
const STRICTER: Record<string, string> = {
  'valid one': 'its root has 7 bytes, ours 32',
  'valid with different origin': 'its root has 38 bytes, ours 32',
  'valid with trailing data': 'extension lines are refused',
  'valid with multiple trailing data lines': 'extension lines are refused',
  'valid with trailing newlines': 'the specification wants non-empty lines',
  'extended checkpoint': 'extension lines are refused',
}

describe('the checkpoints of transparency-dev/formats', () => {
  const cases = vectorJson<{ name: string; text: string; valid: boolean }[]>('formats/checkpoint.json')
  test(`are read or refused as there, save where we are stricter (${cases.length})`, () => {
    for (const { name, text, valid } of cases) {
      if (valid && !(name in STRICTER)) assert.doesNotThrow(() => parseCheckpoint(text), name)
      else assert.throws(() => parseCheckpoint(text), { code: 'checkpoint-malformed' }, name)
    }
  })

  test("the checksum database's own is read", () => {
    const { sumdb } = vectorJson<{ sumdb: { note: string; origin: string; size: number } }>('formats/log-note.json')
    const { checkpoint } = parseSignedCheckpoint(sumdb.note)
    assert.equal(checkpoint.origin, sumdb.origin)
    assert.equal(checkpoint.size, sumdb.size)
  })
})

const ROOT = 'rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs='

describe('a checkpoint', () => {
  test('comes back as it was written', () => {
    const text = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`
    assert.equal(formatCheckpoint(parseCheckpoint(text)), text)
  })

  test('in another spelling is refused', () => {
    for (const text of [
      '',
      `origin\n1\n${ROOT}`,
      `origin\n01\n${ROOT}\n`,
      `origin\n+1\n${ROOT}\n`,
      `origin\n1 \n${ROOT}\n`,
      `origin\n1e3\n${ROOT}\n`,
      `origin\n0x10\n${ROOT}\n`,
      `origin\n9007199254740992\n${ROOT}\n`,
      `origin\n١\n${ROOT}\n`,
      `origin\r\n1\r\n${ROOT}\r\n`,
      `origin\n1\n${ROOT}\n\n`,
      `origin\n1\n${ROOT}\nextension\n`,
      `\n1\n${ROOT}\n`,
      `origin\n\n${ROOT}\n`,
      `origin\n1\n${ROOT.slice(0, -1)}\n`,
      `origin\n1\n${ROOT.replace('s=', 't=')}\n`,
      `origin\n1\n${ROOT.replace('/', '_')}\n`,
      `origin\n1\n${ROOT.replace('K', ' ')}\n`,
      `origin\n1\n${ROOT.replace('K', 'Ç')}\n`,
    ]) {
      assert.throws(() => parseCheckpoint(text), { code: 'checkpoint-malformed' }, JSON.stringify(text))
    }
    const checkpoint: Checkpoint = { origin: 'a', size: 1.5, root: new Uint8Array(32) }
    assert.throws(() => formatCheckpoint(checkpoint), { code: 'checkpoint-malformed' })
    assert.throws(() => formatCheckpoint({ ...checkpoint, size: 1, origin: 'a\nb' }), { code: 'checkpoint-malformed' })
    assert.throws(() => formatCheckpoint({ ...checkpoint, size: -1 }), { code: 'checkpoint-malformed' })
  })

  test('has a root whose text is read as every base64 decoder reads it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const hash = parseHash(Buffer.from(bytes).toString('base64'), 'checkpoint-malformed')
        assert.deepEqual(hash, bytes)
      }),
      { seed: 20261124, numRuns: 500 },
    )
  })
})

interface Witness {
  origin: string
  logPublicKey: string
  conversation: { request: string; status: number }[]
  race: string[]
}

describe("a witness's conversation of torchwood", () => {
  const vectors = vectorJson<Witness>('torchwood/witness.json')
  const key = makeVerifierKey('ed25519', vectors.origin, {
    algorithm: 'ed25519',
    bytes: fromHex(vectors.logPublicKey),
  })

  /** The status that C2SP tlog-witness asks for, judged with our parsers and proofs; moves the state on 200. */
  function answer(request: string, state: Checkpoint): { status: number; state: Checkpoint } {
    const [head, ...rest] = request.split('\n\n')
    const [old, ...lines] = head!.split('\n')
    let read: ReturnType<typeof parseSignedCheckpoint>
    try {
      read = parseSignedCheckpoint(rest.join('\n\n'))
    } catch {
      return { status: 403, state }
    }
    const { note, checkpoint } = read
    if (checkpoint.origin !== vectors.origin) return { status: 404, state }
    if (!note.signatures.some((line) => verifyLine(note, line, key).valid)) return { status: 403, state }
    if (Number(old!.slice('old '.length)) !== state.size) return { status: 409, state }
    const path = lines.map((line) => parseHash(line, 'proof-malformed'))
    const claim = { from: state.size, to: checkpoint.size, fromRoot: state.root, toRoot: checkpoint.root, path }
    if (!verifyConsistency({ name: 'sha256', ...claim })) return { status: 422, state }
    return { status: 200, state: checkpoint }
  }

  const start: Checkpoint = { origin: vectors.origin, size: 0, root: merkleHash('sha256').empty }

  test(`is answered as there, request by request (${vectors.conversation.length})`, () => {
    let state = start
    for (const [i, { request, status }] of vectors.conversation.entries()) {
      const answered = answer(request, state)
      assert.equal(answered.status, status, `request ${i}`)
      state = answered.state
    }
    assert.equal(state.size, 5)
  })

  test('that races cannot roll the log back', () => {
    const [first, slow, fast] = vectors.race
    let { state } = answer(first!, start)
    state = answer(fast!, state).state
    assert.equal(state.size, 5)
    assert.equal(answer(slow!, state).status, 409)
  })
})
