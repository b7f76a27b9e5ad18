import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Id } from '@mingzheng/kernel'
import { may, mayOn } from './ability.ts'
import { CASE_PERMISSIONS, PERMISSIONS, permissions, permissionsOf } from './permission.ts'
import type { Principal } from './principal.ts'
import { ADMINISTRATORS, ROLES, type Role, rolesCompatible } from './role.ts'

function principal(roles: Role[], unitIds: Principal['unitIds'] = ['U1' as Id]): Principal {
  return {
    kind: 'user',
    userId: 'P' as Id,
    name: 'P',
    organisationId: 'O1' as Id,
    unitId: 'U1' as Id,
    unitIds,
    officerId: null,
    roles,
    permissions: permissionsOf(roles),
  }
}

describe('the three administrators', () => {
  for (const role of ADMINISTRATORS) {
    test(`${role} sees no case content`, () => {
      for (const permission of CASE_PERMISSIONS) assert.equal(may(principal([role]), permission), false)
    })
    test(`${role} stands alone`, () => {
      assert.equal(rolesCompatible([role]), true)
      for (const other of ROLES) assert.equal(rolesCompatible([role, other]), false, other)
    })
  }
  test('have no permission in common but to see the organisation', () => {
    for (const permission of PERMISSIONS) {
      const holders = ADMINISTRATORS.filter((role) => permissionsOf([role]).includes(permission))
      assert.ok(holders.length <= 1 || permission === 'organisation.read', permission)
    }
  })
})

test('the table of permission by role is the whole truth', () => {
  for (const permission of PERMISSIONS) {
    for (const role of ROLES) {
      const granted = (permissions[permission] as readonly Role[]).includes(role)
      assert.equal(may(principal([role]), permission), granted, `${role} ${permission}`)
    }
  }
})

test('roles that go together may be held together, a role twice or a key’s role may not', () => {
  assert.equal(rolesCompatible([]), true)
  assert.equal(rolesCompatible(['officer', 'unit-head', 'duty-officer', 'analyst']), true)
  assert.equal(rolesCompatible(['officer', 'officer']), false)
  assert.equal(rolesCompatible(['api-client']), false)
})

test('somebody without roles may do nothing', () => {
  for (const permission of PERMISSIONS) assert.equal(may(principal([]), permission), false)
})

describe('an officer', () => {
  const officer = principal(['officer'])
  test('works on things of the own unit', () => {
    assert.equal(mayOn(officer, 'evidence.read', { organisationId: 'O1', unitId: 'U1' }), true)
  })
  test('does not reach other units, other organisations, or things without a unit', () => {
    assert.equal(mayOn(officer, 'evidence.read', { organisationId: 'O1', unitId: 'U2' }), false)
    assert.equal(mayOn(officer, 'evidence.read', { organisationId: 'O2', unitId: 'U1' }), false)
    assert.equal(mayOn(officer, 'evidence.read', { organisationId: 'O1' }), false)
    assert.equal(mayOn(officer, 'organisation.read', { organisationId: 'O2' }), false)
  })
})

test('a duty officer reaches every unit of the organisation and none of another', () => {
  const duty = principal(['duty-officer'], '*')
  assert.equal(mayOn(duty, 'evidence.read', { organisationId: 'O1', unitId: 'U2' }), true)
  assert.equal(mayOn(duty, 'evidence.read', { organisationId: 'O1' }), true)
  assert.equal(mayOn(duty, 'evidence.read', { organisationId: 'O2', unitId: 'U2' }), false)
})

test('a key with fewer permissions than its role has only those', () => {
  assert.equal(may({ ...principal(['api-client']), permissions: [] }, 'preservation.use'), false)
})
