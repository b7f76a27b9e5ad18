/** What a person typed to look up on the ledger. */
export type LookUpQuestion =
  | { kind: 'index'; index: number }
  | { kind: 'commitment'; value: string }
  | { kind: 'number'; value: string }

const NUMBER = /^MZ-[1-9]\d{5}-\d{4}-\d{8}-[0-9A-HJKMNP-TV-Z]{16}$/

export function readLookUp(text: string): LookUpQuestion | null {
  const value = text.trim()
  if (/^#?\d{1,15}$/.test(value)) return { kind: 'index', index: Number(value.replace('#', '')) }
  if (/^[0-9a-f]{64}$/i.test(value)) return { kind: 'commitment', value: value.toLowerCase() }
  if (NUMBER.test(value.toUpperCase())) return { kind: 'number', value: value.toUpperCase() }
  return null
}
