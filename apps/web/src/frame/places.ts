/** Where one may go, by permission; shared by the side navigation and the command palette. */
import type { Access, Me } from '@mingzheng/api'
import { may } from '../data/me.ts'
import type { IconName } from '../design/icon.tsx'
import type { frameWords } from './words.ts'

export type PlacePath =
  | '/desk'
  | '/capture'
  | '/captures'
  | '/evidence'
  | '/custody'
  | '/watch'
  | '/leads'
  | '/tasks'
  | '/models'
  | '/probes'
  | '/settings'
  | '/registers'
  | '/rules'
  | '/submissions'
  | '/opinions'
  | '/ledger'
  | '/organisation'
  | '/people'
  | '/keys'
  | '/api-keys'
  | '/audit'
  | '/account'

export interface Place {
  to: PlacePath
  word: keyof (typeof frameWords)['zh']
  icon: IconName
  access: Access
  group: 'groupWork' | 'groupWatch' | 'groupTrust' | 'groupManage' | null
}

const places: Place[] = [
  { to: '/desk', word: 'desk', icon: 'desk', access: 'session', group: 'groupWork' },
  { to: '/capture', word: 'newCapture', icon: 'capture', access: 'evidence.capture', group: 'groupWork' },
  { to: '/captures', word: 'captures', icon: 'history', access: 'evidence.read', group: 'groupWork' },
  { to: '/evidence', word: 'evidence', icon: 'evidence', access: 'evidence.read', group: 'groupWork' },
  { to: '/watch', word: 'watch', icon: 'screen', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/leads', word: 'leads', icon: 'star', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/tasks', word: 'tasks', icon: 'scan', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/models', word: 'models', icon: 'verify', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/settings', word: 'settings', icon: 'filter', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/registers', word: 'registers', icon: 'columns', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/probes', word: 'probes', icon: 'pulse', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/rules', word: 'rules', icon: 'pen', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/submissions', word: 'submissions', icon: 'upload', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/opinions', word: 'opinions', icon: 'bell', access: 'monitoring.read', group: 'groupWatch' },
  { to: '/custody', word: 'custody', icon: 'lock', access: 'evidence.read', group: 'groupTrust' },
  { to: '/ledger', word: 'ledger', icon: 'ledger', access: 'public', group: 'groupTrust' },
  {
    to: '/organisation',
    word: 'organisation',
    icon: 'organisation',
    access: 'organisation.read',
    group: 'groupManage',
  },
  { to: '/people', word: 'people', icon: 'people', access: 'organisation.read', group: 'groupManage' },
  { to: '/keys', word: 'keys', icon: 'key', access: 'security.manage', group: 'groupManage' },
  { to: '/api-keys', word: 'apiKeys', icon: 'globe', access: 'security.manage', group: 'groupManage' },
  { to: '/audit', word: 'audit', icon: 'audit', access: 'audit.read', group: 'groupManage' },
  { to: '/account', word: 'account', icon: 'person', access: 'session', group: null },
]

export function placesOf(me: Me | null): Place[] {
  return places.filter((place) => may(me, place.access))
}
