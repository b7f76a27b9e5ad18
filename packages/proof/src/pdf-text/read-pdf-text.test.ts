import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { type Bytes, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { readPdfText } from './read-pdf-text.ts'

interface Parts {
  content?: string
  font?: string
  map?: string
  page?: string
  catalog?: string
  trailer?: string
  /** Objects from number 7 on. */
  more?: string[]
  contentFilter?: (text: string) => { dict: string; bytes: Bytes }
}

const MAP =
  '3 beginbfchar\n<0001> <897F>\n<0002> <6E56>\n<0003> <0066>\nendbfchar 1 beginbfrange <0010> <0012> <0041> endbfrange'
const SHOWS = '/F0 10 Tf BT [<00010002> 12 <0003>] TJ ET q BT <0010> Tj ET Q'
const latin = (bytes: Bytes) => Buffer.from(bytes).toString('latin1')
const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))

/** A PDF of one page in the form that typst writes. */
function pdf(parts: Parts = {}): Bytes {
  const plain = (text: string) => ({ dict: '', bytes: utf8(text) })
  const stream = ({ dict, bytes }: { dict: string; bytes: Bytes }) =>
    `<< /Length ${bytes.length} ${dict} >>\nstream\n${latin(bytes)}\nendstream`
  const objects = [
    parts.catalog ?? '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    parts.page ??
      '<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F0 5 0 R >> /XObject << /X 7 0 R >> >> >>',
    stream((parts.contentFilter ?? plain)(parts.content ?? SHOWS)),
    parts.font ?? '<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R >>',
    stream(plain(parts.map ?? MAP)),
    ...(parts.more ?? []),
  ]
  let text = '%PDF-1.7\n'
  const entries = objects.map((object, i) => {
    const at = String(text.length).padStart(10, '0')
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return `${at} 00000 n \n`
  })
  const at = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}trailer\n${parts.trailer ?? '<< /Size 9 /Root 1 0 R >>'}\nstartxref\n${at}\n%%EOF`
  return bytesOf(text)
}

const deflated = (dict: string) => (text: string) => ({ dict, bytes: new Uint8Array(deflateSync(utf8(text))) })

describe('the text of a PDF', () => {
  test('comes out in the order in which it is shown, packed or not', () => {
    assert.deepEqual(readPdfText(pdf()), ['西湖fA'])
    assert.deepEqual(readPdfText(pdf({ contentFilter: deflated('/Filter /FlateDecode') })), ['西湖fA'])
  })

  test('an incremental update wins over what it replaces', () => {
    const base = latin(pdf())
    const at = base.length
    const update = `\n3 0 obj\n<< /Type /Page /Contents 4 0 R /Resources << /Font << >> >> >>\nendobj\n`
    const previous = /startxref\n(\d+)/.exec(base)![1]
    const table = `xref\n3 1\n${String(at + 1).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 9 /Root 1 0 R /Prev ${previous} >>\nstartxref\n${at + update.length}\n%%EOF`
    assert.throws(() => readPdfText(bytesOf(base + update + table)), { code: 'pdf-unreadable' })
  })

  test('what could show something else than it says is refused', () => {
    const font = (change: string) =>
      `<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R >>`.replace(
        ...(change.split('=>') as [string, string]),
      )
    const resources = '/Contents 4 0 R /Resources << /Font << /F0 5 0 R >> >>'
    const refused: Record<string, Parts> = {
      'text rendering mode': { content: `3 Tr ${SHOWS}` },
      'replaced text': { content: `/Span << /ActualText (x) >> BDC ${SHOWS} EMC` },
      'properties elsewhere': { content: `/OC /P0 BDC ${SHOWS} EMC` },
      'picture or form': { content: `${SHOWS} /X Do` },
      'inline image': { content: `BI /W 1 ID x EI ${SHOWS}` },
      'show on the next line': { content: "/F0 1 Tf BT <0001> ' ET" },
      'unknown operator': { content: `${SHOWS} xyzzy` },
      'glyph without text': { content: '/F0 1 Tf BT <00ff> Tj ET' },
      'odd codes': { content: '/F0 1 Tf BT <000100> Tj ET' },
      'text without a font': { content: 'BT <0001> Tj ET' },
      'unknown font': { content: '/F9 1 Tf BT <0001> Tj ET' },
      'simple font': { font: font('/Type0=>/Type1') },
      'another encoding': { font: font('Identity-H=>UniGB-UTF16-H') },
      'no character map': { font: font('/ToUnicode 6 0 R=> ') },
      'glyph with two texts': { map: '2 beginbfchar <0001> <0041> <0001> <0042> endbfchar' },
      layers: { catalog: '<< /Type /Catalog /Pages 2 0 R /OCProperties << >> >>' },
      encryption: { trailer: '<< /Size 9 /Root 1 0 R /Encrypt 5 0 R >>' },
      'hybrid file': { trailer: '<< /Size 9 /Root 1 0 R /XRefStm 5 >>' },
      'key twice': { trailer: '<< /Size 9 /Root 1 0 R /Root 2 0 R >>' },
      'visible annotation': {
        page: `<< /Type /Page ${resources} /Annots [<< /Subtype /FreeText /Rect [0 0 9 9] >>] >>`,
      },
      'visible field': { page: `<< /Type /Page ${resources} /Annots [<< /Subtype /Widget /Rect [0 0 9 9] >>] >>` },
      'link with a face': { page: `<< /Type /Page ${resources} /Annots [<< /Subtype /Link /AP << >> >>] >>` },
      'page tree in a circle': {
        catalog: '<< /Type /Catalog /Pages 7 0 R >>',
        more: ['<< /Type /Pages /Kids [7 0 R] >>'],
      },
      'no page': { catalog: '<< /Type /Catalog /Pages 7 0 R >>', more: ['<< /Type /Pages /Kids [] >>'] },
      'unknown packing': { contentFilter: deflated('/Filter /LZWDecode') },
      predictor: { contentFilter: deflated('/Filter /FlateDecode /DecodeParms << /Predictor 12 >>') },
      'broken packing': { contentFilter: (text) => ({ dict: '/Filter /FlateDecode', bytes: utf8(text) }) },
      'nested too deeply': { content: `${'['.repeat(100)}` },
    }
    for (const [name, parts] of Object.entries(refused)) {
      assert.throws(() => readPdfText(pdf(parts)), { code: 'pdf-unreadable' }, name)
    }
    for (const bytes of [new Uint8Array(), utf8('%PDF-1.7\n'), utf8('hello'), pdf().subarray(0, -10)]) {
      assert.throws(() => readPdfText(bytes), { code: 'pdf-unreadable' })
    }
  })

  test('a bomb is refused before it has unpacked', () => {
    const bomb = (text: string) => ({
      dict: '/Filter /FlateDecode',
      bytes: new Uint8Array(deflateSync(text + ' '.repeat(60 << 20))),
    })
    assert.throws(() => readPdfText(pdf({ contentFilter: bomb })), { code: 'pdf-unreadable' })
  })

  test('a thousand pages that share one large stream are refused in bounded time', () => {
    const page = '<< /Type /Page /Contents 4 0 R /Resources << /Font << /F0 5 0 R >> >> >>'
    const kids = Array.from({ length: 1000 }, (_, i) => `${8 + i} 0 R`).join(' ')
    const catalog = '<< /Type /Catalog /Pages 7 0 R >>'
    const more = [`<< /Type /Pages /Kids [${kids}] >>`, ...Array.from({ length: 1000 }, () => page)]
    const large = (text: string) => ({
      dict: '/Filter /FlateDecode',
      bytes: new Uint8Array(deflateSync(text + ' '.repeat(10 << 20))),
    })
    assert.throws(() => readPdfText(pdf({ catalog, more, contentFilter: large })), { code: 'pdf-unreadable' })
    const texts = readPdfText(pdf({ catalog, more }))
    assert.equal(texts.length, 1000)
  })

  test('2,000 damaged files are read or refused by name, never with another error (seed "pdf text")', () => {
    const random = seededRandom('pdf text')
    const whole = pdf()
    for (let round = 0; round < 2000; round++) {
      const bytes = new Uint8Array(whole)
      const [a, b, c, d] = random(4) as unknown as [number, number, number, number]
      for (const at of [(a << 8) | b, (b << 8) | c]) bytes[at % bytes.length] = d
      try {
        readPdfText(bytes)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'pdf-unreadable', `round ${round}: ${error}`)
      }
    }
  })
})
