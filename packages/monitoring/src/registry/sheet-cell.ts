/**
 * Cells that no spreadsheet takes for a formula: what begins like one, or after white space or marks that a program drops, is given
 * a leading apostrophe (OWASP, CSV injection). In a workbook every cell is a text of its own kind, and the same is done.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}"']*[=+\-@|%＝＋－＠\t\r\n]/u

export function inertCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** The cell as it stands in a row of comma-separated values (RFC 4180). */
export function csvCell(text: string): string {
  const inert = inertCell(text)
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** What `inertCell` put before a cell is taken away again, so that an export can be imported. */
export function readCell(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text
}
