/**
 * How a request that is not a GET is found again: its method and body become a query behind the address. Follows
 * "Request Body Canonicalization" of the Webrecorder specifications; a body stays whole in its request record.
 */
import type { Bytes } from '@mingzheng/kernel'

/** Longest query made of a body; a longer one is cut, which only makes looking up less exact. */
const LONGEST_QUERY = 4096

/** The canonical query of a body, without method; `''` when there is none. */
export function requestQuery(contentType: string, body: Bytes): string {
  if (body.length === 0) return ''
  const mime = contentType.split(';')[0]!.trim().toLowerCase()
  const query =
    mime === 'application/json'
      ? (jsonQuery(body) ?? '')
      : mime === 'application/x-www-form-urlencoded'
        ? (formQuery(body) ?? binaryQuery(body))
        : mime.startsWith('multipart/')
          ? (multipartQuery(contentType, body) ?? binaryQuery(body))
          : mime === 'text/plain'
            ? (jsonQuery(body) ?? binaryQuery(body))
            : binaryQuery(body)
  return query.slice(0, LONGEST_QUERY)
}

/** The address with the method and the query behind it; of a GET the address itself. */
export function searchAddress(url: string, method: string, query: string): string {
  if (method === 'GET') return url
  const joined = `${url}${url.includes('?') ? '&' : '?'}__wb_method=${method}`
  return query === '' ? joined : `${joined}&${query}`
}

function binaryQuery(body: Bytes): string {
  return `__wb_post_data=${Buffer.from(body).toString('base64')}`
}

function decoded(body: Bytes): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return null
  }
}

function formQuery(body: Bytes): string | null {
  const text = decoded(body)
  if (text === null) return null
  try {
    return `__wb_post_data=${percentPlus(decodeURIComponent(text.replaceAll('+', ' ')))}`
  } catch {
    return null
  }
}

function multipartQuery(contentType: string, body: Bytes): string | null {
  const boundary = /boundary="?([^";]+)/i.exec(contentType)?.[1]
  const text = decoded(body)
  if (boundary === undefined || text === null) return null
  const pairs = text.split(`--${boundary}`).flatMap((part) => {
    const name = /content-disposition:[^\r\n]*\bname="([^"]*)"/i.exec(part)?.[1]
    const start = part.indexOf('\r\n\r\n')
    if (name === undefined || start < 0) return []
    return [`${percentPlus(name)}=${percentPlus(part.slice(start + 4).replace(/\r\n$/, ''))}`]
  })
  return pairs.length === 0 ? null : pairs.join('&')
}

function jsonQuery(body: Bytes): string | null {
  const text = decoded(body)
  if (text === null) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const counts = new Map<string, number>()
  const pairs: string[] = []
  const visit = (name: string, each: unknown, depth: number): void => {
    if (depth > 100 || pairs.length > 1000) return
    if (Array.isArray(each)) for (const item of each) visit(name, item, depth + 1)
    else if (typeof each === 'object' && each !== null) {
      for (const [key, item] of Object.entries(each)) visit(key, item, depth + 1)
    } else {
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      const shown = typeof each === 'string' ? percentPlus(each) : String(each)
      pairs.push(`${count === 1 ? name : `${name}.${count}_`}=${shown}`)
    }
  }
  visit('', value, 0)
  return pairs.join('&')
}

function percentPlus(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}
