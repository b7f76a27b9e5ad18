/**
 * Identity on the ledger: which organisation's key may do what, and the commitments of audit events. No persons: an
 * organisation's key acts, and what its people did stands behind salted commitments. docs/formats/identity-contract.md.
 */
import { type CborValue, isRefusal, type PublicKey, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import { type Authorise, type Contract, type ContractState, contractMethod } from '@mingzheng/ledger'
import { actorOf } from '@mingzheng/proof'
import { z } from 'zod'

/** What an organisation's key may be on the ledger. `operator` also admits and removes keys. */
export const LEDGER_ROLES = ['operator', 'recorder', 'auditor'] as const
export type LedgerRole = (typeof LEDGER_ROLES)[number]

/** Permission by role; a prefix ending in a dot covers what begins with it. */
const GRANTS: Record<LedgerRole, readonly string[]> = {
  operator: ['identity.', 'evidence.', 'custody.', 'monitoring.'],
  recorder: ['evidence.', 'custody.', 'monitoring.'],
  auditor: ['identity.audit'],
}

const thirtyTwo = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32)
const sixteen = z.instanceof(Uint8Array).refine((bytes) => bytes.length === 16)

const auditArguments = z.strictObject({ c: thirtyTwo, s: thirtyTwo })
const admitArguments = z.strictObject({
  /** Algorithm and bytes of the key. */
  a: z.enum(['ed25519', 'p256', 'sm2']),
  k: z.instanceof(Uint8Array).refine((bytes) => bytes.length === 32 || bytes.length === 65),
  /** Roles, each once, in the order of `LEDGER_ROLES`. */
  r: z.array(z.enum(LEDGER_ROLES)).min(1).max(LEDGER_ROLES.length),
})
const removeArguments = z.strictObject({ i: sixteen })

/** What the state holds under `key/<hex of the key's id>`. A removed key stays, with no roles. */
interface KeyState {
  roles: LedgerRole[]
}

function readKey(value: CborValue | undefined): KeyState | null {
  if (value === undefined) return null
  const { r } = value as { r: LedgerRole[] }
  return { roles: r }
}

export interface LedgerIdentity {
  contract: Contract
  authorise: Authorise
}

/**
 * The contract `identity`, version 1, and the ledger's `authorise`. `genesis` are the keys that are operators from the
 * first block; they are part of the ledger's founding, the same on every member.
 */
export function createLedgerIdentity(genesis: readonly PublicKey[]): LedgerIdentity {
  const founders = new Set(genesis.map((key) => toHex(actorOf(key))))
  const rolesOf = (id: string, value: CborValue | undefined): LedgerRole[] =>
    readKey(value)?.roles ?? (founders.has(id) ? ['operator'] : [])

  /** Operators there would be if `id` had these roles. */
  function changeRoles(state: ContractState, id: string, roles: LedgerRole[]): Refusal | null {
    const before = rolesOf(id, state.get(`key/${id}`))
    const count = Number(state.get('operators') ?? founders.size)
    const after = count + Number(roles.includes('operator')) - Number(before.includes('operator'))
    if (after < 1) return refuse('identity-last-operator', 'the ledger would be left without an operator')
    state.set('operators', after)
    state.set(`key/${id}`, { r: roles })
    return null
  }

  return {
    contract: {
      name: 'identity',
      version: 1,
      methods: {
        audit: contractMethod({
          schema: auditArguments,
          permission: 'identity.audit',
          apply: (_state, { c, s }) => ({ entry: { kind: 'identity.audit', body: { c, s } } }),
        }),
        admit: contractMethod({
          schema: admitArguments,
          permission: 'identity.admit',
          apply(state, { a, k, r }) {
            const ordered = LEDGER_ROLES.filter((role) => r.includes(role))
            const wrong = k.length !== (a === 'ed25519' ? 32 : 65) || r.join() !== ordered.join()
            if (wrong) return refuse('identity-key-malformed', 'not a key of this algorithm, or roles out of order')
            const id = actorOf({ algorithm: a, bytes: k })
            const refusal = changeRoles(state, toHex(id), ordered)
            return refusal ?? { entry: { kind: 'identity.admit', body: { a, i: id, k, r: ordered } } }
          },
        }),
        remove: contractMethod({
          schema: removeArguments,
          permission: 'identity.admit',
          apply(state, { i }) {
            const id = toHex(i)
            if (rolesOf(id, state.get(`key/${id}`)).length === 0) {
              return refuse('identity-key-unknown', 'this key holds no role')
            }
            const refusal = changeRoles(state, id, [])
            return isRefusal(refusal) ? refusal : { entry: { kind: 'identity.remove', body: { i } } }
          },
        }),
      },
    },
    authorise({ actorId, permission, read }) {
      const id = toHex(actorId)
      const roles = rolesOf(id, read('identity', `key/${id}`))
      return roles.some((role) =>
        GRANTS[role].some((grant) => (grant.endsWith('.') ? permission.startsWith(grant) : permission === grant)),
      )
    },
  }
}
