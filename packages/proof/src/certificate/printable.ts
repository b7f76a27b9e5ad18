/** Foreign text made printable: what a document shows of titles, addresses and names that others chose. */

/**
 * Characters that the documents' font surely has, each with a glyph of its own that looks like no other, and alike under
 * NFC: ASCII, Latin-1, common punctuation and signs, CJK unified ideographs, hiragana, full-width forms. U+58AB and U+58FF
 * share one glyph and so are left out; Greek, Cyrillic and katakana look like others.
 */
const SURE =
  '\\x20-\\x7e\\u00a1-\\u00ac\\u00ae-\\u00ff\\u2013\\u2014\\u2018\\u2019\\u201c\\u201d\\u2026\\u2030\\u20ac\\u2103\\u2122\\u2190-\\u2193' +
  '\\u2264\\u2265\\u2460-\\u2473\\u25a0\\u25a1\\u25b2\\u25b3\\u25bc\\u25bd\\u25c6\\u25c7\\u25cf\\u2605\\u2606\\u3000-\\u3002\\u3008-\\u3011\\u3014-\\u3017' +
  '\\u3041-\\u3093\\u33a1\\u4e00-\\u58aa\\u58ac-\\u58fe\\u5900-\\u9fef\\uff01-\\uff5e\\uffe5'
const UNSURE = new RegExp(`[^${SURE}]`, 'gu')

/**
 * The text with every other character printed as `\\u{HEX}`, so that titles of hostile pages can neither reverse the text
 * nor hide in it.
 */
export function printable(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(UNSURE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** Text with every white space and soft break taken out, NFC: line breaks of a layout carry no meaning. */
export function withoutSpace(text: string): string {
  return text.normalize('NFC').replace(/[\s\u200b\u00ad]+/g, '')
}
