/** The first start without the demo: one organisation and its three administrators, each a separate person. */
import type { Refusal } from '@mingzheng/kernel'
import { refuse } from '@mingzheng/kernel'
import type { IdentityParts } from '../identity-parts.ts'
import { ADMINISTRATORS } from '../permission/role.ts'
import { type Founded, foundOrganisation } from './found.ts'

export interface Bootstrap {
  organisation: { name: string; nameEn: string }
  province: string
  /** Three different people, in the order system, security, audit. */
  administrators: [NamedPerson, NamedPerson, NamedPerson]
  /** Who sits at the console, for the record. */
  by: string
}

export interface NamedPerson {
  username: string
  name: string
}

const USERNAME = /^[a-z][a-z0-9._-]{1,39}$/

/**
 * Sets up the first organisation. Refuses when there is one (`already-set-up`), and three names that are not three
 * people (`administrators-not-separate`). The passwords are answered once and have to be changed.
 */
export async function bootstrap(
  parts: IdentityParts,
  given: Bootstrap,
): Promise<Founded | Refusal<'already-set-up' | 'administrators-not-separate' | 'username-malformed'>> {
  const { administrators } = given
  const there = await parts.database.system.selectFrom('organisation').select('id').limit(1).executeTakeFirst()
  if (there !== undefined) {
    return refuse('already-set-up', 'this installation has its administrators', {
      remedy: 'sign in as the system administrator to add people',
    })
  }
  for (const field of ['username', 'name'] as const) {
    if (new Set(administrators.map((person) => person[field].trim().toLowerCase())).size < 3) {
      return refuse('administrators-not-separate', 'the three administrators are three different people', { field })
    }
  }
  if (administrators.some((person) => !USERNAME.test(person.username))) {
    return refuse('username-malformed', 'a user name begins with a letter and has a-z, 0-9, . _ -', {
      field: 'username',
    })
  }
  return foundOrganisation(parts, {
    ...given.organisation,
    province: given.province,
    demo: false,
    units: [],
    people: administrators.map((person, i) => ({ ...person, roles: [ADMINISTRATORS[i]!] })),
    by: given.by,
  })
}
