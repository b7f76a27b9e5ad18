/** The demo's people: an authority with two units, and a second one whose rows the first must never see. */
import type { Id } from '@mingzheng/kernel'
import type { IdentityParts } from '../identity-parts.ts'
import { type Founded, type FoundedPerson, type Founding, foundOrganisation } from './found.ts'

export interface DemoPerson extends FoundedPerson {
  unit: string | null
  cardNumber: string | null
}

export interface DemoSeed {
  organisationId: Id
  otherOrganisationId: Id
  /** To be printed: who can sign in, as what, with which password. */
  people: DemoPerson[]
  otherPeople: DemoPerson[]
}

export const DEMO_ORGANISATION = { zh: '杭州市市场监督管理局（演示）', en: 'Hangzhou Market Regulation (demo)' }
const NETWORK = '网络交易监管处'
const BRIGADE = '综合行政执法队'

/** Demo passwords are printed on screen and in the guides; the demo listens on loopback. */
const PASSWORD = 'west-lake-2026'

const MAIN: Omit<Founding, 'province' | 'by'> = {
  name: DEMO_ORGANISATION.zh,
  nameEn: DEMO_ORGANISATION.en,
  demo: true,
  units: [NETWORK, BRIGADE],
  people: [
    { username: 'officer', name: '王晓明', roles: ['officer'], unit: NETWORK, cardNumber: '33010000101' },
    { username: 'officer2', name: '李静', roles: ['officer'], unit: NETWORK, cardNumber: '33010000102' },
    { username: 'officer3', name: '赵强', roles: ['officer'], unit: BRIGADE, cardNumber: '33010000201' },
    { username: 'head', name: '陈建国', roles: ['unit-head'], unit: NETWORK, cardNumber: '33010000100' },
    { username: 'duty', name: '周敏', roles: ['duty-officer'], unit: BRIGADE, cardNumber: '33010000202' },
    { username: 'analyst', name: '孙研', roles: ['analyst'], unit: NETWORK },
    { username: 'system', name: '吴系统', roles: ['system-admin'] },
    { username: 'security', name: '郑安全', roles: ['security-admin'] },
    { username: 'audit', name: '冯审计', roles: ['audit-admin'] },
  ],
}

const OTHER: Omit<Founding, 'province' | 'by'> = {
  name: '宁波市市场监督管理局（演示）',
  nameEn: 'Ningbo Market Regulation (demo)',
  demo: true,
  units: ['网监处'],
  people: [
    { username: 'ningbo', name: '张海', roles: ['officer'], unit: '网监处', cardNumber: '33020000101' },
    { username: 'ningbo-system', name: '何系统', roles: ['system-admin'] },
    { username: 'ningbo-security', name: '吕安全', roles: ['security-admin'] },
    { username: 'ningbo-audit', name: '施审计', roles: ['audit-admin'] },
  ],
}

/** Seeds the demo at the first start; answers the same sign-in data at every later one. */
export async function seedDemo(parts: IdentityParts, province: string): Promise<DemoSeed> {
  const main = await ensure(parts, { ...MAIN, province, by: 'demo' })
  const other = await ensure(parts, { ...OTHER, province, by: 'demo' })
  return {
    organisationId: main.organisationId,
    otherOrganisationId: other.organisationId,
    people: main.people,
    otherPeople: other.people,
  }
}

async function ensure(parts: IdentityParts, founding: Founding): Promise<{ organisationId: Id; people: DemoPerson[] }> {
  const { system } = parts.database
  const there = await system
    .selectFrom('organisation')
    .select('id')
    .where('name', '=', founding.name)
    .executeTakeFirst()
  let founded: Pick<Founded, 'organisationId' | 'people'>
  if (there === undefined) {
    const people = founding.people.map((person) => ({ ...person, password: PASSWORD }))
    founded = await foundOrganisation(parts, { ...founding, people })
  } else {
    const rows = await system.selectFrom('person').selectAll().where('organisation_id', '=', there.id).execute()
    const known = rows.map(({ id, username, name, roles }) => ({
      id: id as Id,
      username,
      name,
      roles,
      password: PASSWORD,
    }))
    founded = { organisationId: there.id as Id, people: known }
  }
  const people = founding.people.flatMap(({ username, unit, cardNumber }) => {
    const person = founded.people.find((one) => one.username === username)
    return person === undefined ? [] : [{ ...person, unit: unit ?? null, cardNumber: cardNumber ?? null }]
  })
  return { organisationId: founded.organisationId, people }
}
