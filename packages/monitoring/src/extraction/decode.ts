/** Bytes of a page as text: by its byte order mark, what HTTP says, what it says itself, or what its bytes can only be. */

/** So far a page may say its own encoding (HTML Standard, 4.2.5.4). */
const PRESCAN_BYTES = 2048

/** The text and the name of the encoding that it was read by. Never throws: what cannot be read becomes U+FFFD. */
export function decodePage(bytes: Uint8Array, httpCharset: string | null = null): { text: string; encoding: string } {
  const marked = byMark(bytes)
  const said = marked ?? decoderOf(httpCharset) ?? decoderOf(declared(bytes))
  const decoder = said ?? guess(bytes)
  return { text: decoder.decode(bytes), encoding: decoder.encoding }
}

function byMark(bytes: Uint8Array): TextDecoder | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder('utf-8')
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be')
  return null
}

function declared(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, PRESCAN_BYTES)).toString('latin1')
  return /<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ?? null
}

/** `null` for a name that is none, and for a page of bytes that says it is UTF-16. */
function decoderOf(name: string | null): TextDecoder | null {
  if (name === null) return null
  try {
    const decoder = new TextDecoder(name)
    return decoder.encoding.startsWith('utf-16') ? new TextDecoder('utf-8') : decoder
  } catch {
    return null
  }
}

function guess(bytes: Uint8Array): TextDecoder {
  for (const name of ['utf-8', 'gb18030', 'big5']) {
    try {
      new TextDecoder(name, { fatal: true }).decode(bytes)
      return new TextDecoder(name)
    } catch {}
  }
  return new TextDecoder('utf-8')
}
