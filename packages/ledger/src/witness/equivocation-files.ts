/**
 * Evidence of equivocation: made from a member's contrary line and what the policy believes, kept beside the log for ever, and
 * told once. docs/formats/equivocation.md.
 */
import { join } from 'node:path'
import { type Bytes, digest, isRefusal, toHex } from '@mingzheng/kernel'
import {
  decodeEquivocation,
  type Equivocation,
  type EquivocationEvidence,
  encodeEquivocation,
  formatNote,
  verifyEquivocation,
} from '@mingzheng/proof'
import type { Log } from '../log/log.ts'
import type { WitnessedCheckpoint } from '../log/prove.ts'
import type { LedgerFiles } from '../storage/ledger-files.ts'
import { type Contrary, lineKey, type Term } from './cosignature-book.ts'
import { leastNote } from './least-note.ts'

/** Evidence as it is kept and put on the ledger. */
export interface FoundEquivocation {
  /** Canonical JSON (`encodeEquivocation`). */
  readonly bytes: Bytes
  readonly evidence: EquivocationEvidence
  readonly equivocation: Equivocation
}

/** Of one key so much evidence is kept; more says nothing more. */
const MOST_OF_KEY = 16
/** Contrary lines that wait for a checkpoint to be held against. */
const MOST_PENDING = 64
const SUFFIX = '.json'

export interface EquivocationFilesOptions {
  readonly files: LedgerFiles
  readonly folder: string
  readonly log: Pick<Log, 'trees'>
  readonly found: (evidence: FoundEquivocation) => void
}

export class EquivocationFiles {
  readonly #options: EquivocationFilesOptions
  readonly #pending: { contrary: Contrary; term: Term }[] = []
  readonly #seen = new Set<string>()
  readonly #counts = new Map<string, number>()

  constructor(options: EquivocationFilesOptions) {
    this.#options = options
  }

  /** Evidence kept, in the order of its digests. A file that is no evidence is passed over. Throws `storage-*`. */
  list(): { bytes: Bytes; evidence: EquivocationEvidence }[] {
    const { files, folder } = this.#options
    return files.list(folder).flatMap((name) => {
      if (!name.endsWith(SUFFIX)) return []
      const bytes = files.read(join(folder, name))
      try {
        return { bytes, evidence: decodeEquivocation(bytes) }
      } catch {
        return []
      }
    })
  }

  /** Tells of all evidence kept that one of these terms' policies proves. */
  tellAgain(terms: readonly Term[]): void {
    for (const { bytes, evidence } of this.list()) {
      for (const { policy } of terms) {
        const equivocation = verifyEquivocation(evidence, policy)
        if (isRefusal(equivocation)) continue
        this.#options.found({ bytes, evidence, equivocation })
        break
      }
    }
  }

  /**
   * A member's line over another root. `both` is its line over this log's root, when it made one; without it the evidence waits
   * for a witnessed checkpoint.
   */
  add(contrary: Contrary, term: Term, both: string | null, newest: WitnessedCheckpoint | null): void {
    const owner = lineKey(contrary.line)
    const name = `${owner} ${contrary.profile} ${contrary.size} ${contrary.text}`
    if (this.#seen.has(name) || (this.#counts.get(owner) ?? 0) >= MOST_OF_KEY) return
    if (both !== null) {
      this.#count(name, owner)
      this.#record({ believed: both, contrary: contraryNote(contrary) }, term)
    } else if (newest !== null && newest.size >= contrary.size) {
      this.#count(name, owner)
      this.#record(this.#against(contrary, term, newest), term)
    } else if (this.#pending.length < MOST_PENDING) {
      this.#count(name, owner)
      this.#pending.push({ contrary, term })
    }
  }

  /** A newer checkpoint is believed: what waited for one can be held against it. */
  believed(newest: WitnessedCheckpoint): void {
    for (const [i, { contrary, term }] of [...this.#pending.entries()].reverse()) {
      if (contrary.size > newest.size) continue
      this.#pending.splice(i, 1)
      this.#record(this.#against(contrary, term, newest), term)
    }
  }

  #count(name: string, owner: string): void {
    this.#seen.add(name)
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1)
  }

  #against(contrary: Contrary, term: Term, newest: WitnessedCheckpoint): EquivocationEvidence {
    const { profile, size } = contrary
    const believed = leastNote(newest[profile], term.policy, term.keys[profile])
    if (newest.size === size) return { believed, contrary: contraryNote(contrary) }
    const tree = this.#options.log.trees[profile]
    const consistency = { root: tree.rootAt(size), path: tree.consistency(size, newest.size) }
    return { believed, contrary: contraryNote(contrary), consistency }
  }

  #record(evidence: EquivocationEvidence, { policy }: Term): void {
    const { files, folder, found } = this.#options
    const equivocation = verifyEquivocation(evidence, policy)
    // Only what anybody can check is an accusation.
    if (isRefusal(equivocation)) return
    const bytes = encodeEquivocation(evidence)
    const path = join(folder, toHex(digest('sha256', bytes)) + SUFFIX)
    if (files.size(path) === null) files.write(path, bytes)
    found({ bytes, evidence, equivocation })
  }
}

function contraryNote({ text, line }: Contrary): string {
  return formatNote({ text, signatures: [line] })
}
