/** Prices as people and machines write them, in decimal: 1,299.00 and 1.299,00, 99元, ￥1.2万, US$12.50. */

export interface Price {
  /** Decimal, as exact as it was written: `1299.00`. */
  readonly amount: string
  /** ISO 4217, or `null` when it does not say. */
  readonly currency: string | null
}

const CURRENCIES: readonly (readonly [RegExp, string])[] = [
  [/US\s?\$|\bUSD\b|美元|美金/i, 'USD'],
  [/HK\s?\$|\bHKD\b|港币|港元/i, 'HKD'],
  [/NT\s?\$|\bTWD\b|新台币|新臺幣/i, 'TWD'],
  [/A\s?\$|AU\s?\$|\bAUD\b|澳元/i, 'AUD'],
  [/C\s?\$|CA\s?\$|\bCAD\b|加元/, 'CAD'],
  [/S\s?\$|\bSGD\b/, 'SGD'],
  [/R\s?\$|\bBRL\b/, 'BRL'],
  [/\bJPY\b|日元|日圓/i, 'JPY'],
  [/€|\bEUR\b|欧元/i, 'EUR'],
  [/£|\bGBP\b|英镑/i, 'GBP'],
  [/₩|\bKRW\b|韩元/i, 'KRW'],
  [/₹|\bINR\b|\bRs\.?/i, 'INR'],
  [/₽|\bRUB\b|руб/i, 'RUB'],
  [/฿|\bTHB\b/i, 'THB'],
  [/₫|\bVND\b/i, 'VND'],
  [/\bCHF\b/i, 'CHF'],
  [/\bSEK\b/i, 'SEK'],
  [/\bNOK\b/i, 'NOK'],
  [/\bDKK\b/i, 'DKK'],
  [/\bPLN\b|zł/i, 'PLN'],
  [/[¥￥]|\bCNY\b|\bRMB\b|人民币|元|圆/i, 'CNY'],
  [/\$/, 'USD'],
]
const NUMBER = /\d(?:[\d.,'’ \u00a0\u202f]*\d)?/
const FULL_WIDTH = /[\uff01-\uff5e]/g

/** The first price that a text says, or `null`. A range gives its lower end. */
export function parsePrice(source: string, stated: string | null = null): Price | null {
  const text = source.replace(FULL_WIDTH, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0xfee0)).trim()
  const found = NUMBER.exec(text)
  if (found === null) return null
  const digits = decimal(found[0])
  if (digits === null) return null
  const after = text.slice(found.index + found[0].length, found.index + found[0].length + 3).trimStart()
  const amount = /^[万萬]/.test(after) ? shifted(digits, 4) : /^千(?!克)/.test(after) ? shifted(digits, 3) : digits
  return { amount, currency: currencyCode(stated) ?? currencyIn(text) }
}

/** The currency that a text names, or `null`. */
export function currencyIn(text: string): string | null {
  return CURRENCIES.find(([pattern]) => pattern.test(text))?.[1] ?? null
}

/** A code as a page states it. */
export function currencyCode(stated: string | null): string | null {
  const text = stated?.trim() ?? ''
  if (/^[A-Za-z]{3}$/.test(text)) return text.toUpperCase() === 'RMB' ? 'CNY' : text.toUpperCase()
  return text === '' ? null : currencyIn(text)
}

/** Which mark parts the thousands and which the decimals, from how the digits stand. */
function decimal(written: string): string | null {
  const compact = written.replace(/['’ \u00a0\u202f]/g, '')
  const marks = [...compact.matchAll(/[.,]/g)].map(({ 0: mark, index }) => ({ mark, index: index! }))
  let whole = compact
  let fraction = ''
  const last = marks.at(-1)
  if (last !== undefined) {
    const behind = compact.length - last.index - 1
    const mixed = marks.some(({ mark }) => mark !== last.mark)
    const alone = marks.filter(({ mark }) => mark === last.mark).length === 1
    // 1,299 is a thousand and more; 1.299 too where a page writes prices so, but a single dot mostly parts the decimals.
    const parts = mixed
      ? alone
      : alone && (behind !== 3 || (last.mark === '.' && last.index > 3) || compact.startsWith('0'))
    if (parts) {
      whole = compact.slice(0, last.index)
      fraction = compact.slice(last.index + 1)
    } else if (
      !mixed &&
      !grouped(
        marks.map(({ index }) => index),
        compact.length,
      )
    ) {
      return null
    }
  }
  const digits = whole.replace(/[.,]/g, '').replace(/^0+(?=\d)/, '')
  if (!/^\d{1,15}$/.test(digits) || fraction.length > 6) return null
  return fraction === '' ? digits : `${digits}.${fraction}`
}

/** Whether thousands are parted by threes; in India by twos above the last three. */
function grouped(marks: readonly number[], length: number): boolean {
  return marks.every((at, i) => {
    const next = marks[i + 1]
    return next === undefined ? length - at === 4 : next - at === 4 || next - at === 3
  })
}

function shifted(amount: string, places: number): string {
  const [whole = '', fraction = ''] = amount.split('.')
  const padded = fraction.padEnd(places, '0')
  const rest = padded.slice(places)
  const moved = `${whole}${padded.slice(0, places)}`.replace(/^0+(?=\d)/, '')
  return rest === '' ? moved : `${moved}.${rest}`
}
