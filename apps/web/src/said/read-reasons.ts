/** The reasons of an incomplete capture, which stand in one line: `code: detail; code: detail`. */

export interface Reason {
  /** Empty where the line does not begin with a code. */
  code: string
  detail: string
}

export function readReasons(line: string): Reason[] {
  const parts = line.split(/; (?=[a-z]+(?:-[a-z]+)*: )/)
  const reasons = parts.map((part): Reason => {
    const match = /^([a-z]+(?:-[a-z]+)*): ([\s\S]*)$/.exec(part)
    return match === null ? { code: '', detail: part } : { code: match[1]!, detail: match[2]! }
  })
  const seen = new Set<string>()
  return reasons.filter(({ code, detail }) => {
    const key = `${code} ${detail}`
    return detail !== '' && !seen.has(key) && seen.add(key)
  })
}
