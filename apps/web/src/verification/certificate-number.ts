/** Certificate numbers as people bring them: typed, pasted, or inside the address of a QR code. */
const NUMBER = /MZ-[1-9]\d{5}-\d{4}-\d{8}-[0-9A-HJKMNP-TV-Z]{16}/

/** The number in a text, in capital letters; null when there is none. Spaces and full-width hyphens are forgiven. */
export function findNumber(text: string): string | null {
  const plain = text
    .toUpperCase()
    .replace(/[\s\u200B]/g, '')
    .replace(/[－—–]/g, '-')
  return NUMBER.exec(plain)?.[0] ?? null
}
