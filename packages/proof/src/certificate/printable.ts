/** Foreign text made printable: what a document shows of titles, addresses and names that others chose. */

/**
 * Characters that the documents' font surely has, each with a glyph of its own and alike under NFC: ASCII, Latin-1, common
 * punctuation, CJK unified ideographs, full-width forms. U+58AB and U+58FF share one glyph there and so are left out.
 * All others are printed as `\u{HEX}`, so that titles of hostile pages can neither reverse the text nor hide in it.
 */
export function printable(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\t\r\n]+/g, ' ')
    .replace(
      /[^\x20-\x7e\u00a1-\u00ac\u00ae-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u3002\u3008-\u3011\u4e00-\u58aa\u58ac-\u58fe\u5900-\u9fef\uff01-\uff5e\uffe5]/gu,
      (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
    )
}

/** Text with every white space and soft break taken out, NFC: line breaks of a layout carry no meaning. */
export function withoutSpace(text: string): string {
  return text.normalize('NFC').replace(/[\s\u200b\u00ad]+/g, '')
}
