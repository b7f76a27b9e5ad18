/**
 * Entries of a block are alike: one kind and time, one actor, byte strings of the same lengths under the same names. What the first of
 * them was encoded to is the form for the next ones: their bytes differ from it in the actor, the id and those strings alone.
 */
import { type Bytes, equalBytes } from '@mingzheng/kernel'
import type { Entry } from './entry.ts'

/** `0xa6 61 61 50`: a map of six, whose first field is the actor. */
const ACTOR_AT = 4
const ENTRY_ID_BYTES = 16
/** `61 62` and the head of the body's map. */
const BODY_AT = ACTOR_AT + ENTRY_ID_BYTES + 3
/** `61 69 50` before the id. */
const ID_HEAD = 3

export class EntryForm {
  readonly #kind: string
  readonly #time: number
  readonly #names: readonly string[]
  readonly #bytes: Bytes
  readonly #idAt: number
  /** Where the strings stand, in the order of `#names`, and how long they are. */
  readonly #at: readonly number[]
  readonly #widths: readonly number[]

  private constructor({ kind, time }: Entry, bytes: Bytes, names: readonly string[], at: number[], widths: number[]) {
    this.#kind = kind
    this.#time = time
    this.#bytes = bytes
    this.#names = names
    this.#at = at
    this.#widths = widths
    this.#idAt = names.reduce((end, _, i) => Math.max(end, at[i]! + widths[i]!), BODY_AT) + ID_HEAD
  }

  /** Of an entry and its canonical bytes; `null` where the body is none of short byte strings under short plain names. */
  static of(entry: Entry, bytes: Bytes): EntryForm | null {
    const names = Object.keys(entry.body)
    const widths: number[] = []
    for (const name of names) {
      const value = entry.body[name]
      if (!/^[a-z]{1,20}$/.test(name) || !(value instanceof Uint8Array) || value.length > 255) return null
      widths.push(value.length)
    }
    if (names.length > 20) return null
    const at = new Array<number>(names.length)
    const order = names.map((_, i) => i).sort((a, b) => compareNames(names[a]!, names[b]!))
    let end = BODY_AT
    for (const i of order) {
      at[i] = end + 1 + names[i]!.length + (widths[i]! < 24 ? 1 : 2)
      end = at[i] + widths[i]!
    }
    const form = new EntryForm(entry, bytes.slice(), names, at, widths)
    // Whoever changes the format sees no form rather than a wrong one.
    const written = form.write(entry)
    return written !== null && form.#isAt(entry) && equalBytes(written, bytes) ? form : null
  }

  /** The canonical bytes of an entry that is like this form's, otherwise `null`. */
  write({ kind, id, actor, time, body }: Entry): Bytes | null {
    if (kind !== this.#kind || !Object.is(time, this.#time) || !isSixteen(id) || !isSixteen(actor)) return null
    let count = 0
    for (const name in body) {
      if (count === this.#names.length || name !== this.#names[count]) return null
      const value = body[name]
      if (!(value instanceof Uint8Array) || value.length !== this.#widths[count]) return null
      count++
    }
    if (count !== this.#names.length || Object.getPrototypeOf(body) !== Object.prototype) return null
    const bytes = this.#bytes.slice()
    bytes.set(actor, ACTOR_AT)
    bytes.set(id, this.#idAt)
    for (let i = 0; i < count; i++) bytes.set(body[this.#names[i]!] as Bytes, this.#at[i])
    return bytes
  }

  /** Whether the form's own bytes hold an entry's parts where they are to be replaced. */
  #isAt({ id, actor, body }: Entry): boolean {
    const holds = (at: number, part: Bytes) => equalBytes(this.#bytes.subarray(at, at + part.length), part)
    const strings = this.#names.every((name, i) => holds(this.#at[i]!, body[name] as Bytes))
    return strings && holds(ACTOR_AT, actor) && holds(this.#idAt, id)
  }
}

function isSixteen(bytes: Bytes): boolean {
  return bytes instanceof Uint8Array && bytes.length === ENTRY_ID_BYTES
}

/** Order of the encodings of plain names. */
function compareNames(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}
