/** The common name in a distinguished name as text (RFC 4514); the whole where there is none. */
export function commonName(subject: string): string {
  const value = /(?:^|[,+] ?)CN=((?:\\.|[^,+\\])*)/i.exec(subject)?.[1]
  return value === undefined ? subject : value.replace(/\\(.)/g, '$1')
}
