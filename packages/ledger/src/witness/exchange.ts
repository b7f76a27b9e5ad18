/**
 * The exchange of cosignatures between members: each line is verified once and believed only over this node's own root of that
 * size; another root by a member's key becomes evidence. Transport-free: whoever carries messages need not be trusted.
 */
import { type Bytes, equalBytes, type Refusal, refuse } from '@mingzheng/kernel'
import {
  formatNote,
  type NoteSignature,
  type NoteSigner,
  type Profile,
  parseSignedCheckpoint,
  SM3_ORIGIN_SUFFIX,
  type TrustPolicy,
  type VerifierKey,
  verifyLine,
} from '@mingzheng/proof'
import type { Log } from '../log/log.ts'
import type { LedgerFiles } from '../storage/ledger-files.ts'
import {
  type Contrary,
  CosignatureBook,
  lineKey,
  PROFILES,
  type SizeRecord,
  Term,
  type TreeHeads,
} from './cosignature-book.ts'
import { formatCosignatures, parseCosignatures, type SignedCheckpoint } from './message.ts'
import { SignatureStore, type SignedPair } from './signature-store.ts'

export type CosignatureRefusalCode =
  | 'cosignatures-malformed'
  | 'cosignatures-other-log'
  | 'cosignatures-unknown-key'
  | 'cosignatures-invalid'
  | 'cosignatures-contrary'

/** What became of a message's lines. */
export interface Received {
  /** Lines that now count. */
  readonly kept: number
  /** Lines of sizes that this node has not reached. */
  readonly waiting: number
  /** Lines that were here, or are of sizes long past. */
  readonly known: number
  readonly refused: readonly Refusal<CosignatureRefusalCode>[]
}

export interface ExchangeOptions {
  /** Policies by the index of the first entry that each judges, ascending; the last is in force. */
  readonly terms: readonly { readonly policy: TrustPolicy; readonly since: number }[]
  readonly log: Pick<Log, 'size' | 'trees'>
  /** Where signatures are kept; `null` where nobody will ask. */
  readonly store: { readonly files: LedgerFiles; readonly folder: string } | null
  /** Lines were added to a size that this node has reached. */
  readonly changed: (record: SizeRecord) => void
  /** A member's key signed another root than this node's. */
  readonly contrary: (contrary: Contrary) => void
}

export class CosignatureExchange {
  readonly #options: ExchangeOptions
  readonly #book: CosignatureBook
  readonly #store: SignatureStore | null
  readonly #origin: { readonly [profile in Profile]: string }
  #terms: Term[]
  #newest: SizeRecord | null = null

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.#terms = options.terms.map(({ policy, since }) => new Term(policy, since))
    const { origin } = this.#terms[0]!.policy
    this.#origin = { sha256: origin, sm3: origin + SM3_ORIGIN_SUFFIX }
    this.#store = options.store === null ? null : SignatureStore.open(options.store.files, options.store.folder)
    this.#book = new CosignatureBook((record) => this.#keep(record))
  }

  get newest(): SizeRecord | null {
    return this.#newest
  }

  get terms(): readonly Term[] {
    return this.#terms
  }

  /** The term in force for a checkpoint of so many entries. */
  termAt(size: number): Term {
    return this.#terms.findLast(({ since }) => since <= size) ?? this.#terms[0]!
  }

  /** A policy that judges entries from index `since` on. Lines of the former one's keys are taken still. */
  adopt(policy: TrustPolicy, since: number): void {
    if (since <= this.#terms.at(-1)!.since) return
    this.#terms = [...this.#terms.slice(-1), new Term(policy, since)]
  }

  /** A size that this node's log has. */
  reach(heads: TreeHeads): SizeRecord {
    const { record, contrary } = this.#book.reach(heads, this.#origin)
    if (this.#newest === null || record.size > this.#newest.size) this.#newest = record
    for (const one of contrary) this.#options.contrary(one)
    return record
  }

  at(size: number): SizeRecord | null {
    return this.#book.at(size)
  }

  /** What this node signed before at a size over another root than the record's, or `null`. */
  signedOtherwise(record: SizeRecord, names: readonly string[]): Profile | null {
    const before = this.#store?.at(record.size)
    const differs = (profile: Profile) => {
      const source = before?.[profile]
      if (source === undefined) return false
      const { note, checkpoint } = parseSignedCheckpoint(source)
      return (
        note.signatures.some(({ name }) => names.includes(name)) && !equalBytes(checkpoint.root, record.root[profile])
      )
    }
    return PROFILES.find(differs) ?? null
  }

  /** This node's lines over a size. They are written before they go out. Throws `storage-*`. */
  sign(
    record: SizeRecord,
    profile: Profile,
    lines: readonly { line: NoteSignature; key: VerifierKey; time: number | null }[],
  ): void {
    for (const { line, key, time } of lines) {
      if (key.name === this.#origin[profile]) record.logLines[profile] = line
      else record.lines[profile].set(lineKey(line), { line, time })
    }
    if (PROFILES.every((each) => record.logLines[each] !== undefined)) this.#keep(record)
  }

  /** A line of a witness that is no member, verified already, over this node's own checkpoint. */
  addOutside(record: SizeRecord, line: NoteSignature, time: number | null): void {
    record.lines.sha256.set(lineKey(line), { line, time })
    this.#options.changed(record)
  }

  /** The record's notes with the lines of these signers that members count, for peers. */
  ownNotes(record: SizeRecord, signers: { readonly [profile in Profile]: readonly NoteSigner[] }): string[] {
    return PROFILES.flatMap((profile) => {
      const own = signers[profile].flatMap(({ key }) => record.lines[profile].get(lineKey(key))?.line ?? [])
      return own.length === 0 ? [] : formatNote({ text: record.text[profile], signatures: own })
    })
  }

  /** Takes a message of a peer. Never throws for bad ones. */
  receive(message: Bytes): Received {
    const parsed = parseCosignatures(message)
    const received = { kept: 0, waiting: 0, known: 0, refused: [] as Refusal<CosignatureRefusalCode>[] }
    if (typeof parsed === 'string') {
      received.refused.push(refuse('cosignatures-malformed', parsed))
      return received
    }
    for (const signed of parsed) {
      const profile = PROFILES.find((each) => this.#origin[each] === signed.checkpoint.origin)
      if (profile === undefined) {
        received.refused.push(
          refuse('cosignatures-other-log', `a checkpoint of ${signed.checkpoint.origin.slice(0, 200)}`),
        )
        return received
      }
      // Who sends what does not hold is not read on: each line costs a signature to check.
      if (!this.#take(signed, profile, received)) return received
    }
    return received
  }

  /** The message that answers a pull: lines at the smallest size kept that is not below `size`, and at the newest. */
  answer(size: number): Bytes {
    const wanted = this.#pairFrom(size)
    const newest = this.#newest === null ? null : pairOf(this.#newest)
    const pairs = wanted === null || wanted.size === newest?.size ? [newest] : [wanted, newest]
    return formatCosignatures(pairs.flatMap((pair) => [pair?.sha256 ?? [], pair?.sm3 ?? []].flat()))
  }

  /** What is kept of the lines at exactly this size. */
  linesAt(size: number): SignedPair | null {
    const record = this.#book.at(size)
    return record === null ? (this.#store?.at(size) ?? null) : pairOf(record)
  }

  /** The accused's line over this node's root, if it made one: then it signed both. */
  lineOver(contrary: Contrary): string | null {
    const record = this.#book.at(contrary.size)
    const key = lineKey(contrary.line)
    const held = record?.lines[contrary.profile].get(key)
    if (record !== null && held !== undefined) {
      return formatNote({ text: record.text[contrary.profile], signatures: [held.line] })
    }
    const kept = record === null ? this.#store?.at(contrary.size)?.[contrary.profile] : undefined
    if (kept === undefined) return null
    const { note } = parseSignedCheckpoint(kept)
    const line = note.signatures.find((one) => lineKey(one) === key)
    return line === undefined || note.text === contrary.text
      ? null
      : formatNote({ text: note.text, signatures: [line] })
  }

  async close(): Promise<void> {
    for (const record of this.#book.records) {
      try {
        this.#keep(record)
      } catch {
        // Made again at the next start.
      }
    }
    await this.#store?.close()
  }

  #take({ note, checkpoint }: SignedCheckpoint, profile: Profile, received: Mutable<Received>): boolean {
    const { size, root } = checkpoint
    const record = this.#book.at(size)
    let grown = false
    for (const line of note.signatures) {
      const held = record?.lines[profile].get(lineKey(line))
      const same = record !== null && equalBytes(record.root[profile], root)
      if ((held !== undefined && same) || this.#book.waits(profile, size, line)) {
        received.known++
        continue
      }
      const key = this.#keyOf(line, profile)
      if (key === null) {
        received.refused.push(refuse('cosignatures-unknown-key', `${line.name.slice(0, 200)} is no member or witness`))
        continue
      }
      const verdict = verifyLine(note, line, key)
      if (!verdict.valid) {
        received.refused.push(refuse('cosignatures-invalid', `the line of ${key.name} does not hold`))
        return false
      }
      const own = record !== null ? record.root[profile] : this.#rootAt(size, profile)
      if (own !== null && !equalBytes(own, root)) {
        received.refused.push(refuse('cosignatures-contrary', `${key.name} signed another root of ${size} entries`))
        this.#options.contrary({ profile, size, text: note.text, line })
      } else if (size > (this.#newest?.size ?? -1)) {
        // The log may have the entries already while the block is not taken yet.
        this.#book.wait(profile, size, root, note.text, { line, time: verdict.time })
        received.waiting++
      } else if (record === null || key.name === this.#origin[profile]) {
        received.known++
      } else {
        record.lines[profile].set(lineKey(line), { line, time: verdict.time })
        received.kept++
        grown = true
      }
    }
    if (grown && record !== null) this.#options.changed(record)
    return true
  }

  #keyOf(line: NoteSignature, profile: Profile): VerifierKey | null {
    for (const { keys } of this.#terms) {
      const key = keys[profile].keys.find(({ name, keyId }) => name === line.name && keyId === line.keyId)
      if (key !== undefined) return key
    }
    return null
  }

  #rootAt(size: number, profile: Profile): Bytes | null {
    const { log } = this.#options
    return size > log.size ? null : log.trees[profile].rootAt(size)
  }

  #pairFrom(size: number): SignedPair | null {
    const record = this.#book.records.filter((one) => one.size >= size).sort((a, b) => a.size - b.size)[0]
    const kept = this.#store?.from(size) ?? null
    if (record !== undefined && (kept === null || record.size <= kept.size)) return pairOf(record)
    return kept
  }

  #keep(record: SizeRecord): void {
    const pair = pairOf(record)
    // That another root was signed must stay known: it keeps this node from signing this one too.
    if (
      PROFILES.some((profile) => this.#store?.at(record.size)?.[profile]?.startsWith(record.text[profile]) === false)
    ) {
      return
    }
    if (pair.sha256 !== undefined || pair.sm3 !== undefined) this.#store?.put(pair)
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] }

function pairOf(record: SizeRecord): SignedPair {
  const [sha256, sm3] = [record.note('sha256'), record.note('sm3')]
  return { size: record.size, ...(sha256 === null ? {} : { sha256 }), ...(sm3 === null ? {} : { sm3 }) }
}
