/**
 * Appends objects to a PDF as an incremental update (ISO 32000-1 section 7.5.6). For the files that typst writes: one
 * classical cross-reference table, objects in the open.
 */
import { type Bytes, concat, Failure } from '@mingzheng/kernel'

const latin = new TextDecoder('latin1')
/** PDF syntax is bytes; every character here is one of them. */
export const latinBytes = (text: string): Bytes => Uint8Array.from(text, (character) => character.charCodeAt(0))

const unusual = (what: string) => new Failure('pdf-unusual', `the PDF is not as the typesetter writes it: ${what}`)

/** A PDF to which objects are added or given anew. */
export class PdfUpdate {
  private readonly pdf: Bytes
  private readonly text: string
  private readonly trailer: string
  private readonly table: number
  private readonly offsets = new Map<number, number>()
  private readonly added = new Map<number, string>()
  private next: number

  /** Throws `pdf-unusual`. */
  constructor(pdf: Bytes) {
    this.pdf = pdf
    this.text = latin.decode(pdf)
    const end = /trailer\s*(<<.*?>>)\s*startxref\s*(\d+)\s*%%EOF\s*$/s.exec(this.text.slice(-2000))
    if (end === null) throw unusual('its end')
    this.trailer = end[1]!
    this.table = Number(end[2])
    this.readTable()
    this.next = Number(/\/Size (\d+)/.exec(this.trailer)?.[1])
    if (!Number.isInteger(this.next) || this.trailer.includes('/Prev')) throw unusual('its trailer')
  }

  private readTable(): void {
    const head = /^xref\s+0 (\d+)\s+/.exec(this.text.slice(this.table, this.table + 40))
    if (head === null) throw unusual('its table')
    const start = this.table + head[0].length
    for (let i = 0; i < Number(head[1]); i++) {
      const row = this.text.slice(start + 20 * i, start + 20 * i + 20)
      if (/^\d{10} 00000 n/.test(row)) this.offsets.set(i, Number(row.slice(0, 10)))
    }
  }

  /** Number of the object that the trailer names as its root. */
  get root(): number {
    return referenceIn(this.trailer, 'Root')
  }

  /** The dictionary of an object as it stands, `<<` to `>>`. */
  dictionary(number: number): string {
    const offset = this.offsets.get(number)
    if (offset === undefined) throw unusual(`object ${number}`)
    const body = this.text.slice(offset, this.text.indexOf('endobj', offset))
    const dictionary = /^\d+ 0 obj\s*(<<.*>>)\s*$/s.exec(body)?.[1]
    if (dictionary === undefined) throw unusual(`object ${number}`)
    return dictionary
  }

  /** Puts an entry at the end of an object's dictionary. */
  extend(number: number, entry: string): void {
    const dictionary = this.dictionary(number)
    const key = /^\/\w+/.exec(entry)?.[0]
    if (key === undefined || new RegExp(`${key}\\b`).test(dictionary)) throw unusual(`object ${number} has ${key}`)
    this.added.set(number, `${dictionary.slice(0, -2)}  ${entry}\n>>`)
  }

  /** Adds an object and answers its number. */
  add(body: string): number {
    const number = this.next++
    this.added.set(number, body)
    return number
  }

  /** The file with everything that was added. */
  bytes(): Bytes {
    let out = this.pdf.at(-1) === 10 ? '' : '\n'
    const rows = new Map<number, number>()
    for (const [number, body] of [...this.added].sort(([a], [b]) => a - b)) {
      rows.set(number, this.pdf.length + out.length)
      out += `${number} 0 obj\n${body}\nendobj\n`
    }
    const table = this.pdf.length + out.length
    out += 'xref\n'
    // One subsection an object: simple, and as valid as longer ones.
    for (const [number, offset] of rows) out += `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`
    const trailer = this.trailer.replace(/\/Size \d+/, `/Size ${this.next}`).slice(0, -2)
    out += `trailer\n${trailer}  /Prev ${this.table}\n>>\nstartxref\n${table}\n%%EOF\n`
    return concat(this.pdf, latinBytes(out))
  }
}

/** The object that an entry of a dictionary refers to. */
function referenceIn(dictionary: string, key: string): number {
  const number = new RegExp(`/${key} (\\d+) 0 R`).exec(dictionary)?.[1]
  if (number === undefined) throw unusual(`no reference ${key}`)
  return Number(number)
}

/** Number of the first page's object. */
export function firstPage(update: PdfUpdate): number {
  let number = referenceIn(update.dictionary(update.root), 'Pages')
  for (let depth = 0; depth < 16; depth++) {
    const dictionary = update.dictionary(number)
    if (/\/Type \/Page\b(?!s)/.test(dictionary)) return number
    const kid = /\/Kids \[\s*(\d+) 0 R/.exec(dictionary)?.[1]
    if (kid === undefined) break
    number = Number(kid)
  }
  throw unusual('no first page')
}
