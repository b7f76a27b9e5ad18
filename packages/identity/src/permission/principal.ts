/** Who acts: a signed-in person, or a program with an API key. */
import type { Id } from '@mingzheng/kernel'
import type { Permission } from './permission.ts'
import type { Role } from './role.ts'

export interface Principal {
  kind: 'user' | 'api-key'
  /** The person, or the key. */
  userId: Id
  /** For people and logs: the person's name, or the key's. */
  name: string
  organisationId: Id
  unitId: Id | null
  /** Units whose rows this principal may see; `*` is every unit of the organisation. */
  unitIds: Id[] | '*'
  officerId: Id | null
  roles: Role[]
  /** An API key may hold less than its role. */
  permissions: Permission[]
}
