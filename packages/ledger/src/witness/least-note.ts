/** Signed checkpoints with no more lines than a policy asks for: evidence of equivocation must fit an item. */
import { formatNote, namesKey, type ProfileKeys, parseNote, quorumMet, type TrustPolicy } from '@mingzheng/proof'

/** The checkpoint with no more members' lines than the policy's quorum. Throws `note-malformed`. */
export function leastNote(source: string, policy: TrustPolicy, { members }: ProfileKeys): string {
  const note = parseNote(source)
  const idOf = (line: (typeof note.signatures)[number]) => members.find(({ key }) => namesKey(line, key))?.member.id
  const signed = (lines: typeof note.signatures) => lines.flatMap((line) => idOf(line) ?? [])
  let signatures = note.signatures
  for (const line of note.signatures) {
    const without = signatures.filter((other) => other !== line)
    if (idOf(line) !== undefined && quorumMet(policy, signed(without))) signatures = without
  }
  return formatNote({ text: note.text, signatures })
}
