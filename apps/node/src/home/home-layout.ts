/** Where things lie in a member's home. docs/guides/run-a-member.md */
import { join } from 'node:path'

export interface HomeLayout {
  readonly folder: string
  /** Opens the key files; the one thing that must never leave together with them. */
  readonly masterSecret: string
  readonly keys: string
  readonly configuration: string
  readonly request: string
  readonly founding: string
  /** By which a member that joined later proves that it belongs. */
  readonly invitation: string
  /** There while the home has yet to take its state from the other members. */
  readonly joining: string
  /** Requests of the other members, as they were last served. */
  readonly members: string
  /** Bearer token of the private part. */
  readonly token: string
  readonly ledger: string
  readonly comet: string
  /** Sealed files of which this member is the custodian. */
  readonly custody: string
  /** Passphrase of a court's clerks. */
  readonly clerk: string
  /** Packages while a court checks them. */
  readonly court: string
  /** A court's own copies of the ledgers that this one follows. */
  readonly chains: string
}

export function homeLayout(folder: string): HomeLayout {
  return {
    folder,
    masterSecret: join(folder, 'master.secret'),
    keys: join(folder, 'keys'),
    configuration: join(folder, 'node.json'),
    request: join(folder, 'request.json'),
    founding: join(folder, 'founding.json'),
    invitation: join(folder, 'invitation.json'),
    joining: join(folder, 'joining.json'),
    members: join(folder, 'members.json'),
    token: join(folder, 'token'),
    ledger: join(folder, 'ledger'),
    comet: join(folder, 'comet'),
    custody: join(folder, 'custody'),
    clerk: join(folder, 'clerk'),
    court: join(folder, 'court'),
    chains: join(folder, 'chains'),
  }
}
