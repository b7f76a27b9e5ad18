/** The word of a role; one that is unknown reads as an officer's, the least of them. */
import { peopleWords } from './words.ts'

type RoleWord = Extract<keyof (typeof peopleWords)['zh'], `role-${string}`>

export const ROLES = [
  'officer',
  'duty-officer',
  'analyst',
  'unit-head',
  'system-admin',
  'security-admin',
  'audit-admin',
] as const

export function roleWord(role: string): RoleWord {
  const key = `role-${role}`
  return key in peopleWords.zh ? (key as RoleWord) : 'role-officer'
}
