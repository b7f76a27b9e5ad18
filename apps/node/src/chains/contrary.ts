/** Evidence that another ledger showed two logs: what stands recorded here against what a member of it shows now. */
import { type Bytes, equalBytes } from '@mingzheng/kernel'
import { leastNote, type ReadLogFile, type RecordedCheckpoint, readGrowth } from '@mingzheng/ledger'
import { type ConsortiumPolicy, encodeEquivocation, type Profile, profileKeys } from '@mingzheng/proof'
import type { Shown } from './source.ts'

export const PROFILES = ['sha256', 'sm3'] as const satisfies readonly Profile[]

/** A checkpoint recorded here, with its signed notes. */
export interface Recorded extends RecordedCheckpoint {
  readonly notes: { readonly [profile in Profile]: string }
}

/**
 * Evidence in canonical bytes where what is shown contradicts what is recorded, in one of the trees; `null` where it does not.
 * Throws what `read` throws, and where the tiles are not those of the larger checkpoint (`inconsistent`: no proof either way).
 */
export async function contraryEvidence(
  recorded: Recorded,
  { source, notes, pair }: Shown,
  policy: ConsortiumPolicy,
  readRecorded: ReadLogFile,
): Promise<Bytes | null> {
  if (notes === null || pair === null) return null
  for (const profile of PROFILES) {
    const shown = { size: pair[profile].size, root: pair[profile].root, note: notes[profile] }
    const ours = { size: recorded.size, root: recorded[profile], note: recorded.notes[profile] }
    const [larger, smaller] = shown.size > ours.size ? [shown, ours] : [ours, shown]
    const read = larger === shown ? source.read : readRecorded
    const least = (note: string) => leastNote(note, policy, profileKeys(policy, profile))
    if (larger.size === smaller.size) {
      if (equalBytes(larger.root, smaller.root)) continue
      return encodeEquivocation({ believed: least(ours.note), contrary: least(shown.note) })
    }
    const grown = await readGrowth(read, profile, { from: smaller.size, to: larger.size, toRoot: larger.root })
    if (grown === null) throw new InconsistentLog(`${source.id} serves other tiles than it signed`)
    if (equalBytes(grown.root, smaller.root)) continue
    return encodeEquivocation({ believed: least(larger.note), contrary: least(smaller.note), consistency: grown })
  }
  return null
}

/** The log that a member serves is not the one that it signed: no proof of anything, and no reason to believe it. */
export class InconsistentLog extends Error {}
