/**
 * Whether two written addresses can be one. People leave out the province, write brackets, or the room; they do not write another
 * district, street or number. What only one of the two says is no difference.
 */

export type AddressDifference = 'region' | 'street' | 'number' | 'detail'

const PARTS = {
  region: /([\p{Script=Han}]{2,8}?(?:自治区|自治州|特别行政区|省|市|区|县|旗|盟))/gu,
  street:
    /([\p{Script=Han}\d]{1,12}?(?:大道|公路|路|街道|街|巷|弄|胡同|大街|镇|乡|村|庄|园区|工业园|开发区|广场|大厦|大楼|商城|市场))/gu,
  number: /(\d+)(?:-\d+)?(?:号|弄)/g,
}

/** The first thing in which they cannot be one, the gravest first; `null` when they can. */
export function addressDifference(one: string, other: string): AddressDifference | null {
  const [a, b] = [bare(one), bare(other)]
  if (a === '' || b === '' || a.includes(b) || b.includes(a)) return null
  const [regionsA, regionsB] = [found(a, PARTS.region), found(b, PARTS.region)]
  if (differ(regionsA, regionsB)) return 'region'
  const [streetsA, streetsB] = [found(strip(a, regionsA), PARTS.street), found(strip(b, regionsB), PARTS.street)]
  if (differ(streetsA, streetsB)) return 'street'
  const [numbersA, numbersB] = [found(a, PARTS.number), found(b, PARTS.number)]
  if (numbersA.length > 0 && numbersB.length > 0 && numbersA[0] !== numbersB[0]) return 'number'
  return 'detail'
}

function bare(text: string): string {
  return text.normalize('NFKC').replace(/[\s()（）,，.。、·-]/g, '')
}

function found(text: string, part: RegExp): string[] {
  return [...text.matchAll(part)].map(([, name]) => name!)
}

/** Whether the one that names fewer names something that the other does not. */
function differ(a: readonly string[], b: readonly string[]): boolean {
  const [fewer, more] = a.length <= b.length ? [a, b] : [b, a]
  return fewer.some((x) => !more.some((y) => x === y || x.endsWith(y) || y.endsWith(x)))
}

function strip(text: string, parts: readonly string[]): string {
  return parts.reduce((left, part) => left.replace(part, ''), text)
}
