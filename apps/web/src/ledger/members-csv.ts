/** The comparison of the members as a file for spreadsheets (RFC 4180, with the mark that says UTF-8). */
import type { LedgerMembers, MemberHoldingsView } from '@mingzheng/api'

type Compared = Pick<LedgerMembers, 'size' | 'blockHeight' | 'members'>

export function membersCsv(
  { size, blockHeight, members }: Compared,
  language: 'zh' | 'en',
  result: (member: MemberHoldingsView) => string,
): string {
  const head = [
    'size',
    'block',
    'member',
    'name',
    'role',
    'independent',
    'result',
    'entries',
    'root_sha256',
    'root_sm3',
    'height',
    'app_hash',
    'witnessed_entries',
    'witnessed_at',
    'node',
  ]
  const lines = members.map((member) => [
    size,
    blockHeight,
    member.id,
    member.name[language],
    member.role,
    member.independent,
    result(member),
    member.size,
    member.root,
    member.rootSm3,
    member.height,
    member.appHash,
    member.witnessedSize,
    member.witnessedAt,
    member.url,
  ])
  return `\uFEFF${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`
}

/** What a spreadsheet would take for a formula is given as text. */
function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  const text = String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
