/**
 * Lines of members and witnesses over checkpoints of this log, each verified once, by size. Only lines over this node's own
 * roots count; those of sizes that it has not reached wait. Memory is bounded whatever peers send.
 */
import { type Bytes, equalBytes } from '@mingzheng/kernel'
import {
  formatCheckpoint,
  formatNote,
  type NoteSignature,
  type Profile,
  type ProfileKeys,
  profileKeys,
  quorumMet,
  type TrustPolicy,
  witnessesWanted,
} from '@mingzheng/proof'
import type { WitnessedCheckpoint } from '../log/prove.ts'

export const PROFILES: readonly Profile[] = ['sha256', 'sm3']

/** A line that holds, and when it says that it was made (milliseconds; SM2 lines carry no time). */
export interface HeldLine {
  readonly line: NoteSignature
  readonly time: number | null
}

/** A size and the roots of both trees. */
export interface TreeHeads {
  readonly size: number
  readonly root: { readonly [profile in Profile]: Bytes }
}

type ByProfile<T> = { readonly [profile in Profile]: T }

/** What is known of one size that this node has reached. */
export class SizeRecord {
  readonly size: number
  readonly root: ByProfile<Bytes>
  readonly text: ByProfile<string>
  /** By `lineKey`: a member whose keys changed may have signed with either. */
  readonly lines: ByProfile<Map<string, HeldLine>> = { sha256: new Map(), sm3: new Map() }
  /** This node's own log lines. */
  readonly logLines: { [profile in Profile]?: NoteSignature } = {}

  constructor({ size, root }: TreeHeads, origin: ByProfile<string>) {
    this.size = size
    this.root = root
    const text = (profile: Profile) => formatCheckpoint({ origin: origin[profile], size, root: root[profile] })
    this.text = { sha256: text('sha256'), sm3: text('sm3') }
  }

  /** The note of one tree with every line of members and witnesses here; `null` while there is none. */
  note(profile: Profile): string | null {
    const signatures = [...this.lines[profile].values()].map(({ line }) => line)
    return signatures.length === 0 ? null : formatNote({ text: this.text[profile], signatures })
  }
}

/** A policy with the keys of both trees, for sizes above the entry that brought it. */
export class Term {
  readonly policy: TrustPolicy
  readonly keys: ByProfile<ProfileKeys>
  /** Index of the first entry that it judges. */
  readonly since: number

  constructor(policy: TrustPolicy, since: number) {
    this.policy = policy
    this.since = since
    this.keys = { sha256: profileKeys(policy, 'sha256'), sm3: profileKeys(policy, 'sm3') }
  }

  /** Members, by id, whose lines stand in the record for this tree. */
  signed(record: SizeRecord, profile: Profile): string[] {
    return this.keys[profile].members.flatMap(({ member, key }) => {
      return holds(record, profile, key.name, key.keyId) === null ? [] : member.id
    })
  }

  /** The pair of checkpoints as a receipt carries them, or `null` while the policy is not met in both trees. */
  compose(record: SizeRecord): WitnessedCheckpoint | null {
    if (!PROFILES.every((profile) => this.#met(record, profile))) return null
    const note = (profile: Profile) => {
      const { logs, members, witnesses } = this.keys[profile]
      const own = record.logLines[profile]
      const log = logs.some((key) => key.keyId === own?.keyId) ? own! : null
      if (log === null) return null
      const keys = [...members, ...witnesses].map(({ key }) => key)
      const lines = keys.flatMap(({ name, keyId }) => holds(record, profile, name, keyId) ?? [])
      return formatNote({ text: record.text[profile], signatures: [log, ...lines] })
    }
    const [sha256, sm3] = [note('sha256'), note('sm3')]
    return sha256 === null || sm3 === null ? null : { size: record.size, sha256, sm3 }
  }

  #met(record: SizeRecord, profile: Profile): boolean {
    const { witnesses } = this.keys[profile]
    const outside = witnesses.filter(({ key }) => holds(record, profile, key.name, key.keyId) !== null).length
    const enough = witnesses.length === 0 || outside >= witnessesWanted(this.policy)
    return enough && quorumMet(this.policy, this.signed(record, profile))
  }
}

function holds(record: SizeRecord, profile: Profile, name: string, keyId: string): NoteSignature | null {
  return record.lines[profile].get(lineKey({ name, keyId }))?.line ?? null
}

/** Names a key. */
export function lineKey({ name, keyId }: Pick<NoteSignature, 'name' | 'keyId'>): string {
  return `${name} ${keyId}`
}

interface WaitingLine extends HeldLine {
  readonly root: Bytes
  readonly text: string
}

/** Sizes that this node reached and keeps at hand. */
const RECORDS = 256
/** Sizes that one name may have waiting. */
const WAITING = 64

export class CosignatureBook {
  readonly #records = new Map<number, SizeRecord>()
  readonly #waiting = new Map<string, Map<string, WaitingLine>>()
  readonly #evicted: (record: SizeRecord) => void

  /** `evicted` takes each record that is kept at hand no more. */
  constructor(evicted: (record: SizeRecord) => void) {
    this.#evicted = evicted
  }

  at(size: number): SizeRecord | null {
    return this.#records.get(size) ?? null
  }

  get records(): readonly SizeRecord[] {
    return [...this.#records.values()]
  }

  /** A size that this node has reached. Lines that waited for it come along when they are over the same root. */
  reach(heads: TreeHeads, origin: ByProfile<string>): { record: SizeRecord; contrary: Contrary[] } {
    const there = this.#records.get(heads.size)
    if (there !== undefined) return { record: there, contrary: [] }
    const record = new SizeRecord(heads, origin)
    this.#records.set(heads.size, record)
    const contrary: Contrary[] = []
    for (const [owner, waiting] of this.#waiting) {
      for (const profile of PROFILES) {
        const held = waiting.get(`${heads.size} ${profile}`)
        if (held === undefined) continue
        if (equalBytes(held.root, heads.root[profile])) record.lines[profile].set(owner, held)
        else contrary.push({ profile, size: heads.size, text: held.text, line: held.line })
      }
      for (const key of waiting.keys()) if (Number(key.split(' ')[0]) <= heads.size) waiting.delete(key)
      if (waiting.size === 0) this.#waiting.delete(owner)
    }
    if (this.#records.size > RECORDS) {
      const [oldest] = this.#records.values()
      this.#records.delete(oldest!.size)
      this.#evicted(oldest!)
    }
    return { record, contrary }
  }

  /** Keeps a line over a size that is not reached yet; of one name only so many, the highest sizes give way. */
  wait(profile: Profile, size: number, root: Bytes, text: string, held: HeldLine): void {
    const owner = lineKey(held.line)
    const waiting = this.#waiting.get(owner) ?? new Map<string, WaitingLine>()
    this.#waiting.set(owner, waiting)
    waiting.set(`${size} ${profile}`, { ...held, root, text })
    if (waiting.size <= 2 * WAITING) return
    // A dishonest member could name sizes that never come; the next ones to come are the lowest.
    const sizes = [...waiting.keys()].sort((a, b) => Number(b.split(' ')[0]) - Number(a.split(' ')[0]))
    waiting.delete(sizes[0]!)
  }

  /** Whether this very line waits already. */
  waits(profile: Profile, size: number, line: NoteSignature): boolean {
    const held = this.#waiting.get(lineKey(line))?.get(`${size} ${profile}`)
    return held !== undefined && equalBytes(held.line.signature, line.signature)
  }
}

/** A member's valid line over another root than this node's. */
export interface Contrary {
  readonly profile: Profile
  readonly size: number
  /** Text of the checkpoint that it signed. */
  readonly text: string
  readonly line: NoteSignature
}
