import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Bytes, fromBase64, fromUtf8, keySigner } from '@mingzheng/kernel'
import fc from 'fast-check'
import { vectorJson } from '../../../../tests/vectors.ts'
import { createTestLog } from '../testing/test-log.ts'
import { formatNote, formatSignatureLine, type Note, parseNote, parseSignatureLine } from './note.ts'
import { addSignatures, keepSignatures, logSigner, signNote } from './note-signer.ts'
import { namesKey, parseVerifierKey, verifyLine } from './verifier-key.ts'

interface NoteVectors {
  sign: { seed: string; name: string; keyId: string; text: string; note: string }
  open: { name: string; note: string; known: string[]; result: string; verified?: string[]; unverified?: string[] }[]
}

/** What Go's `note.Open` says: malformed, invalid-signature, unverified, or the names of either kind, each line once. */
function open(bytes: Bytes, known: string[]): { result: string; verified?: string[]; unverified?: string[] } {
  let note: Note
  try {
    note = parseNote(bytes)
  } catch {
    return { result: 'malformed' }
  }
  const keys = known.map(parseVerifierKey)
  const verified = new Set<string>()
  const unverified = new Map<string, string>()
  for (const line of note.signatures) {
    const key = keys.find((candidate) => namesKey(line, candidate))
    if (key === undefined) unverified.set(formatSignatureLine(line), line.name)
    else if (verifyLine(note, line, key).valid) verified.add(line.name)
    else return { result: 'invalid-signature' }
  }
  const names = { verified: [...verified], unverified: [...unverified.values()] }
  return { result: verified.size > 0 ? 'opens' : 'unverified', ...names }
}

describe("the notes of Go's checksum database", () => {
  const vectors = vectorJson<NoteVectors>('sumdb-note/note.json')

  test(`are all opened or refused as there (${vectors.open.length})`, () => {
    for (const { name, note, known, result, verified, unverified } of vectors.open) {
      const expected = verified === undefined ? { result } : { result, verified, unverified }
      assert.deepEqual(open(fromBase64(note), known), expected, name)
    }
  })

  test('are signed byte for byte as there', async () => {
    const { seed, name, keyId, text, note } = vectors.sign
    const signer = logSigner(name, keySigner({ algorithm: 'ed25519', secret: fromBase64(seed) }))
    assert.equal(signer.key.keyId, keyId)
    assert.equal(await signNote(text, [signer]), note)
  })
})

interface LogNoteVectors {
  keys: Record<string, string>
  body: string
  cases: { name: string; origin: string; body: string | null; signers: string[]; valid: boolean; signatures: number }[]
  sumdb: { vkey: string; note: string; origin: string; size: number }
  monkeys: { vkeys: string[]; lines: string[] }
}

describe('the signed checkpoints of transparency-dev/formats', () => {
  const vectors = vectorJson<LogNoteVectors>('formats/log-note.json')
  const skey = (name: string) => {
    const [label, seed] = [vectors.keys[`${name}VK`]!, vectors.keys[`${name}SK`]!]
    const secret = fromBase64(seed.split('+').slice(4).join('+')).slice(1)
    return logSigner(label.split('+')[0]!, keySigner({ algorithm: 'ed25519', secret }))
  }

  test(`have the same valid signatures, and the log's where it is asked for (${vectors.cases.length})`, async () => {
    const known = ['log', 'known1', 'known2'].map((name) => vectors.keys[`${name}VK`]!)
    for (const { name, origin, body, signers, valid, signatures } of vectors.cases) {
      const text = body ?? vectors.body
      const lines = await Promise.all(signers.map((who) => skey(who).sign(text)))
      const whole = `${text}\n${lines.map(formatSignatureLine).join('')}`
      const opened = open(new TextEncoder().encode(whole), known)
      assert.equal(opened.verified?.length ?? 0, signatures, name)
      // The source goes on to read the body; its 6-byte root is none here, so only origin and log signature are compared.
      const logSigned = opened.verified?.includes('Log') === true && text.startsWith(`${origin}\n`)
      assert.equal(logSigned, valid, name)
    }
  })

  test("the real checkpoint of Go's checksum database opens by its key", () => {
    const { vkey, note } = vectors.sumdb
    assert.equal(open(new TextEncoder().encode(note), [vkey]).result, 'opens')
    const changed = note.replace('6476701', '6476702')
    assert.equal(open(new TextEncoder().encode(changed), [vkey]).result, 'invalid-signature')
  })

  test('further signers of that checkpoint hold too', () => {
    const { vkeys, lines } = vectors.monkeys
    const whole = vectors.sumdb.note + lines.map((line) => `${line}\n`).join('')
    assert.deepEqual(open(new TextEncoder().encode(whole), vkeys).verified, ['bananas', 'monkeys', 'witness'])
  })
})

describe('a note', () => {
  const line = '— name AAAAAAE=\n'

  test('is read from the one spelling in which it is written', () => {
    for (const whole of [`text\n\n${line}`, `a\n\nb\n\n${line}${line}`]) {
      assert.equal(formatNote(parseNote(whole)), whole)
      assert.equal(formatNote(parseNote(new TextEncoder().encode(whole))), whole)
    }
  })

  test('in any other spelling is refused', () => {
    for (const whole of [
      '',
      '\n',
      `text\n${line}`,
      `text\r\n\r\n${line}`,
      `text\n\n${line.replace('\n', '\r\n')}`,
      `text\n\n${line}\n`,
      `text\n\n${line.slice(0, -1)}`,
      `text\n\n- name AAAAAAE=\n`,
      `text\n\n— name  AAAAAAE=\n`,
      `text\n\n— name AAAAAAE= \n`,
      `text\n\n—\u00a0name AAAAAAE=\n`,
      `text\n\n— na+me AAAAAAE=\n`,
      `text\n\n— na\u2003me AAAAAAE=\n`,
      `text\n\n— name AAAAAAE\n`,
      `text\n\n— name AAAAAAF=\n`,
      `text\n\n— name AAAAAA==\n`,
      `text\n\n— name AAAA\n`,
      `text\n\n— name AAAA-AE=\n`,
      `te\txt\n\n${line}`,
      `te\0xt\n\n${line}`,
      `te\ud800xt\n\n${line}`,
      `text\n\n${line.repeat(101)}`,
    ]) {
      assert.throws(() => parseNote(whole), { code: 'note-malformed' }, JSON.stringify(whole))
    }
    assert.throws(() => parseNote(Uint8Array.of(0x61, 0xff, 0x0a, 0x0a)), { code: 'note-malformed' })
    assert.throws(() => formatNote({ text: 'no newline', signatures: [] }), { code: 'note-malformed' })
    assert.throws(() => formatNote({ text: 'text\n', signatures: [] }), { code: 'note-malformed' })
  })

  test('with any byte changed is refused, or is another note that is written just so', () => {
    const whole = new TextEncoder().encode(`origin\n5\nroot\n\n${line}— other AAAAAAI=\n`)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = whole.map((byte, i) => (i === at ? byte ^ flip : byte))
        let note: Note
        try {
          note = parseNote(changed)
        } catch {
          return
        }
        assert.equal(formatNote(note), fromUtf8(changed))
      }),
      { seed: 20261124, numRuns: 3000 },
    )
  })
})

describe('signatures of a note', () => {
  test('are not given twice by one key', async () => {
    const log = createTestLog()
    const note = parseNote(await log.checkpoint('sha256'))
    assert.throws(() => addSignatures(note, [note.signatures[1]!]), { code: 'note-duplicate' })
    const more = addSignatures(note, [parseSignatureLine('— stranger AAAAAAE=')])
    assert.equal(more.signatures.length, 3)
  })

  test('of strangers are left out of what a receipt holds, and the rest comes into order', async () => {
    const log = createTestLog()
    const [first, second] = log.signers.sha256
    const note = parseNote(await log.checkpoint('sha256', [second!, first!]))
    const kept = keepSignatures(addSignatures(note, [parseSignatureLine('— stranger AAAAAAE=')]), [
      first!.key,
      second!.key,
    ])
    assert.deepEqual(
      kept.signatures.map(({ name }) => name),
      [first!.key.name, second!.key.name],
    )
  })
})
