import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Bytes, utf8 } from '@mingzheng/kernel'
import {
  type CertificateFields,
  checkCertificateText,
  printable,
  readPdfSignature,
  verifyPdfSignature,
} from '@mingzheng/proof'
import { needs, toolPath } from '../../../../tests/capability.ts'
import { sampleFields, sampleManifest } from '../testing/sample-documents.ts'
import { HOUSE_TIME, openTestHouse, type TestHouse } from '../testing/test-house.ts'
import { certificateDocument } from './certificate-document.ts'
import { createDocumentMaker, type DocumentMaker } from './document-maker.ts'
import { recordDocument } from './record-document.ts'
import { createTypesetter, type Typesetter } from './typeset.ts'

let house: TestHouse
let maker: DocumentMaker
let typesetter: Typesetter
let certificate: Bytes
let record: Bytes

before(async () => {
  house = await openTestHouse()
  const { signer, certificate: own } = house.organisation
  const documentSigner = { signer, certificates: [own.der] }
  maker = createDocumentMaker({
    signerOf: async () => documentSigner,
    timestampAuthority: house.timestamps,
    clock: house.clock,
  })
  typesetter = createTypesetter()
  const fields = sampleFields()
  certificate = await maker.renderCertificate(fields)
  record = await maker.renderRecord(sampleManifest(fields), fields)
})
after(async () => {
  await maker.close()
  await house.close()
})

async function judge(pdf: Bytes) {
  const roots = [house.authority.roots.p256]
  return verifyPdfSignature({ pdf, roots, timestampRoots: roots, crls: await house.crls() })
}
const codeOf = (result: Awaited<ReturnType<typeof judge>>) => (result.ok ? 'ok' : result.code)

function run(tool: 'pdfsig' | 'pdftotext' | 'pdfinfo', ...args: string[]): string {
  // All three come with poppler, and stand in one folder.
  const { stdout } = spawnSync(join(dirname(toolPath('pdfsig')), tool), args, { encoding: 'utf8' })
  return stdout
}

describe('the documents of a package', () => {
  test('both are signed whole, at a timestamped time, by the issuing organisation', async () => {
    for (const pdf of [certificate, record]) {
      const result = await judge(pdf)
      assert.ok(result.ok, codeOf(result))
      assert.equal(result.signer.subject.commonName, '示例市场监督管理局电子数据保全专用章')
      assert.equal(result.timestamp.time, HOUSE_TIME)
    }
  })

  test('poppler finds the signature valid and the whole document signed', needs('pdfsig'), async () => {
    for (const [name, pdf] of Object.entries({ certificate, record })) {
      const path = join(house.folder, `${name}.pdf`)
      await writeFile(path, pdf)
      const text = run('pdfsig', '-nocert', path)
      assert.match(text, /Total document signed/)
      assert.match(text, /Signature is Valid/)
      assert.match(text, /ETSI\.CAdES\.detached/)
    }
  })

  test('poppler and this project both find a changed byte', needs('pdfsig'), async () => {
    const changed = new Uint8Array(certificate)
    changed[5000]! ^= 1
    const path = join(house.folder, 'changed.pdf')
    await writeFile(path, changed)
    assert.match(run('pdfsig', '-nocert', path), /Digest Mismatch/)
    assert.equal(codeOf(await judge(changed)), 'content-differs')
  })

  test('what is appended after signing is found', async () => {
    const longer = new Uint8Array([...certificate, ...utf8('\n% more\n')])
    assert.equal(codeOf(await judge(longer)), 'pdf-not-whole')
    const shorter = certificate.subarray(0, certificate.length - 1)
    assert.equal(codeOf(await judge(shorter)), 'pdf-not-whole')
  })

  test('every byte of the file counts: 400 single changes, none is accepted', async () => {
    const step = Math.floor(certificate.length / 400)
    for (let at = 3; at < certificate.length; at += step) {
      const changed = new Uint8Array(certificate)
      changed[at]! ^= 0x20
      assert.notEqual(codeOf(await judge(changed)), 'ok', `byte ${at}`)
    }
  })

  test('the digits of the signature have one spelling: upper case and filled-up digits are refused', async () => {
    const text = Buffer.from(certificate).toString('latin1')
    const start = text.indexOf('/Contents <') + 11
    const end = text.indexOf('>', start)
    const { cms } = readPdfSignature(certificate)
    const upper = new Uint8Array(certificate)
    const letter = [...text.slice(start, end)].findIndex((c) => c >= 'a' && c <= 'f')
    upper[start + letter]! -= 32
    assert.equal(codeOf(await judge(upper)), 'pdf-signature-malformed')
    const filled = new Uint8Array(certificate)
    filled[start + 2 * cms.length + 4] = 0x31
    assert.equal(codeOf(await judge(filled)), 'pdf-signature-malformed')
  })

  test('a document without a signature, and bytes that are no PDF, are refused by name', async () => {
    assert.equal(codeOf(await judge(typesetter.typeset(certificateDocument(sampleFields())))), 'pdf-unsigned')
    assert.equal(codeOf(await judge(utf8('not a PDF'))), 'pdf-unsigned')
    assert.equal(codeOf(await judge(new Uint8Array())), 'pdf-unsigned')
  })

  test('a signature by an organisation whose certificate was revoked before is refused', async () => {
    const signer = await house.keys.create('revoked', 'p256')
    const issued = await house.authority.issue({
      subject: { organisation: '示例', commonName: '示例章' },
      publicKey: signer.publicKey,
      purpose: 'organisation',
      days: 10,
    })
    const other = createDocumentMaker({
      signerOf: async () => ({ signer, certificates: [issued.der] }),
      timestampAuthority: house.timestamps,
      clock: house.clock,
    })
    const pdf = await other.renderCertificate(sampleFields())
    await other.close()
    assert.equal(codeOf(await judge(pdf)), 'ok')
    await house.authority.revoke(issued.serial, 'key-compromise', HOUSE_TIME - 1000)
    assert.equal(codeOf(await judge(pdf)), 'revoked-at')
  })

  test('an officer cannot sign in the place of the organisation', async () => {
    const signer = await house.keys.create('officer', 'p256')
    const issued = await house.authority.issue({
      subject: { organisation: '示例', commonName: '张三' },
      publicKey: signer.publicKey,
      purpose: 'officer',
      days: 10,
    })
    const other = createDocumentMaker({
      signerOf: async () => ({ signer, certificates: [issued.der] }),
      timestampAuthority: house.timestamps,
      clock: house.clock,
    })
    const pdf = await other.renderCertificate(sampleFields())
    await other.close()
    assert.equal(codeOf(await judge(pdf)), 'wrong-purpose')
  })

  test('they are tagged PDF/A-2a with title, language and no scripts', needs('pdfsig'), async () => {
    const path = join(house.folder, 'info.pdf')
    await writeFile(path, certificate)
    const info = run('pdfinfo', path)
    assert.match(info, /Tagged: +yes/)
    assert.match(info, /JavaScript: +no/)
    assert.match(info, /Title: +电子数据保全证书 MZ-330000/)
    const text = Buffer.from(certificate).toString('latin1')
    assert.match(text, /<pdfaid:part>2<\/pdfaid:part><pdfaid:conformance>A</)
  })

  test('the same facts make the same bytes', () => {
    const document = certificateDocument(sampleFields())
    assert.deepEqual(createTypesetter().typeset(document), typesetter.typeset(document))
  })
})

describe('what a certificate prints', () => {
  const printed = (fields: CertificateFields) => {
    const pdf = typesetter.typeset(certificateDocument(fields))
    return checkCertificateText(pdf, fields)
  }
  const titled = (title: string) => sampleFields({ subject: { ...sampleFields().subject, title } })

  const hostile: Record<string, string> = {
    'typst markup': '#eval("1") = heading *bold* $x$ @ref <label> \\ `raw` // comment [] #import "x"',
    'HTML and scripts': '<script>alert(1)</script>&amp;"\'',
    'bidirectional controls': 'abc\u202edcba\u202c \u2066x\u2069 \u200f\u061c',
    'zero-width characters': 'a\u200bb\u200cc\u200dd\ufeffe\u00adf\u2060g',
    'emoji and flags': '😀👨‍👩‍👧‍👦🇨🇳❤️',
    'combining marks': `e\u0301 ${'z\u0335\u0322\u0321'.repeat(30)}`,
    'other scripts': 'Ελληνικά кириллица עברית العربية ไทย 한국어 カタカナ ひらがな',
    'private use, unassigned and lone surrogates': '\ue000\u{10ffff}\u0378\ud800x',
    'control characters': 'a\u0000b\u0007c\u001bd\u0085e\u2028f',
    'look-alike ideographs': '\u58ab\u58ff \u2f00\u4e00 \uf900\u8c48',
    'a word without a space': 'x'.repeat(1000),
    'a thousand ideographs': '字'.repeat(1000),
    'ligatures and kerning': 'office affluent AVAToTe ffi ffl fi',
    'white space only': ' \t\n\r ',
  }
  for (const [name, title] of Object.entries(hostile)) {
    test(`a title of ${name} is printed inertly and found again to the letter`, () => {
      assert.equal(printed(titled(title)).code, 'ok')
    })
  }

  test('every printable character of the basic plane is printed and found again', () => {
    const all = Array.from({ length: 0xffff }, (_, i) => String.fromCharCode(i)).filter(
      (character) => /\S/.test(character) && printable(character) === character,
    )
    assert.ok(all.length > 21_000)
    const files = []
    for (let i = 0; i < all.length; i += 300) {
      files.push({ path: all.slice(i, i + 300).join(''), bytes: i, sha256: 'a'.repeat(64), sm3: 'b'.repeat(64) })
    }
    assert.equal(printed(sampleFields({ files })).code, 'ok')
  })

  test('many addresses, officers, witnesses and long reasons flow on without a loss', () => {
    const fields = sampleFields({
      demo: true,
      complete: false,
      incompleteReason: '原因'.repeat(1000),
      subject: {
        kind: 'web',
        title: '标题'.repeat(500),
        addresses: Array.from({ length: 40 }, (_, i) => `https://shop.example.cn/${'p'.repeat(200 * i)}`),
        registered: null,
      },
      officers: Array.from({ length: 10 }, (_, i) => ({ name: `执法人员${i}`, cardNumber: null })),
    })
    assert.equal(printed(fields).code, 'ok')
  })

  test('editions, voidings, registered digests and independent witnesses are said', () => {
    const fields = sampleFields({
      edition: 2,
      editionKind: 'voiding',
      subject: {
        kind: 'digest',
        title: '',
        addresses: ['ref-1'],
        registered: { sha256: 'c'.repeat(64), sm3: null, bytes: 7 },
      },
      parents: [{ relation: 'edition', number: sampleFields().number, edition: 1, manifestSha256: 'd'.repeat(64) }],
      ledger: {
        ...sampleFields().ledger,
        members: [{ id: 'court', name: { zh: '法院', en: 'Court' }, independent: true }],
      },
    })
    assert.equal(printed(fields).code, 'ok')
  })

  test('one glyph changed in the facts is found in the print', () => {
    const pdf = typesetter.typeset(certificateDocument(sampleFields()))
    const changed = sampleFields({ timestamp: { ...sampleFields().timestamp, serial: '1043' } })
    assert.equal(checkCertificateText(pdf, changed).code, 'certificate-text')
    const renumbered = sampleFields({ number: 'MZ-330000-2026-00000043-7K3QXH9WZB5M2RCD' })
    assert.equal(checkCertificateText(pdf, renumbered).code, 'certificate-footer')
  })

  test('no text leaves the page, however long its words are', needs('pdfsig'), async () => {
    const word = 'x'.repeat(900)
    const fields = sampleFields({
      subject: {
        kind: 'web',
        title: `标题${word}`,
        addresses: [`https://${word}.cn/${word}`, 'A-'.repeat(400)],
        registered: null,
      },
      files: [{ path: `data/${'p'.repeat(380)}`, bytes: 1, sha256: 'a'.repeat(64), sm3: 'b'.repeat(64) }],
      anomalies: [{ code: 'dialog', detail: '%'.repeat(1500) }],
      serverAddresses: Array.from({ length: 60 }, (_, i) => `203.0.113.${i}:443`),
      officers: [{ name: 'N'.repeat(100), cardNumber: '9'.repeat(60) }],
    })
    const documents = [
      certificateDocument(fields),
      recordDocument({ ...sampleManifest(fields), cause: word, witness: 'W'.repeat(200) }, fields),
    ]
    for (const document of documents) {
      const path = join(house.folder, 'long.pdf')
      await writeFile(path, typesetter.typeset(document))
      const words = [
        ...run('pdftotext', '-bbox', path, '-').matchAll(/xMin="([\d.]+)" .*xMax="([\d.]+)" yMax="([\d.]+)"/g),
      ]
      assert.ok(words.length > 100)
      for (const [all, left, right, bottom] of words) {
        // A4 is 595.3 by 841.9 points; the frame stands 11.2 mm from its edges.
        assert.ok(Number(left) > 32 && Number(right) < 563 && Number(bottom) < 810, all)
      }
    }
  })

  test('another reader of PDF finds every value too', needs('pdfsig'), async () => {
    const path = join(house.folder, 'text.pdf')
    await writeFile(path, certificate)
    const text = run('pdftotext', path, '-').replace(/\s/g, '')
    const { manifest, number, verifyAt, ledger } = sampleFields()
    for (const value of [number, manifest.sha256, manifest.sm3, verifyAt, ledger.root]) assert.ok(text.includes(value))
  })
})
