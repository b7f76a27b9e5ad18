/** How a founding fails: always by name, and before anything is signed or begun. */
import { Failure, type FailureOptions } from '@mingzheng/kernel'

export type CeremonyCode =
  /** A file is not what the format says. */
  | 'founding-malformed'
  /** A request's signature does not hold: somebody changed it, or gave a key that he does not hold. */
  | 'founding-request-forged'
  /** Two requests are of one member, or share a key. */
  | 'founding-members-clash'
  /** The draft does not say what the requests say. */
  | 'founding-draft-changed'
  /** This member's own request is not in the draft, or not as it was given. */
  | 'founding-not-mine'
  /** An approval is of another document, or its signature does not hold. */
  | 'founding-approval-forged'
  /** Not every member approved. */
  | 'founding-approval-missing'
  /** The home already belongs to another consortium. */
  | 'founding-exists'
  /** An invitation's policies do not follow one another from the founding. */
  | 'invitation-broken'
  /** The policy in force does not have this home's keys: not admitted yet, removed since, or other keys. */
  | 'invitation-not-mine'
  /** A request is of a member that the consortium has already, or has one of its keys. */
  | 'request-member-known'
  /** A request for other keys is of nobody who is a member. */
  | 'request-member-unknown'
  /** A request is for another ledger. */
  | 'request-other-ledger'
  /** The home holds a ledger: nothing is fetched over it. */
  | 'home-holds-ledger'

export function ceremonyFailure(code: CeremonyCode, message: string, options: FailureOptions = {}) {
  return new Failure<CeremonyCode>(code, message, options)
}
