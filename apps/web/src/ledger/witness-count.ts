/** Whose signatures stand in an entry's receipts, member by member, in the order of the policy. */
import type { Profile, TrustPolicy } from '@mingzheng/proof'
import type { WitnessedEntry } from './check-receipt.ts'

export interface MemberWitness {
  readonly member: Pick<TrustPolicy['members'][number], 'id' | 'name' | 'role'>
  /** When it says that it signed, ms; `null` where no signature says. */
  readonly time: number | null
  /** Trees that it signed. */
  readonly trees: readonly Profile[]
}

export interface WitnessCount {
  /** Whether the receipts of both trees verify. */
  readonly good: boolean
  readonly members: readonly MemberWitness[]
  /** Members that signed both trees. */
  readonly both: number
}

export function countWitnesses({ results, policy }: Pick<WitnessedEntry, 'results' | 'policy'>): WitnessCount {
  const profiles: readonly Profile[] = ['sha256', 'sm3']
  const members = policy.members.map(({ id, name, role }): MemberWitness => {
    const signed = profiles.flatMap((profile) => {
      const result = results.find((one) => one.profile === profile)
      const signer = result?.verification.signers.find(({ member }) => member.id === id)
      return signer === undefined ? [] : [{ profile, time: signer.time }]
    })
    const time = signed.find((one) => one.time !== null)?.time ?? null
    return { member: { id, name, role }, time, trees: signed.map(({ profile }) => profile) }
  })
  const verified = (profile: Profile) =>
    results.some((one) => one.profile === profile && one.verification.verdict === 'verified')
  return {
    good: profiles.every(verified),
    members,
    both: members.filter(({ trees }) => trees.length === profiles.length).length,
  }
}
