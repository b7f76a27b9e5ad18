/** One spelling for an address, so that a page is watched once however links to it are decorated. */
import { type Bytes, digest, utf8 } from '@mingzheng/kernel'

/** Parameters that say where a visitor came from, and nothing about the page. */
const TRACKING = /^(utm_\w+|spm|scm|from_source|gclid|fbclid|msclkid|_ga|share_\w+|track_?id|pvid|clickid)$/i
const LONGEST = 4096

/** The address without fragment and tracking; `null` for what is no web address. */
export function canonicalUrl(text: string, base?: string): string | null {
  const url = URL.parse(text, base)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null
  url.hash = ''
  url.username = ''
  url.password = ''
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name)
  return url.href.length > LONGEST ? null : url.href
}

/** What the database tells addresses apart by. */
export function urlKey(url: string): Bytes {
  return digest('sha256', utf8(url)).subarray(0, 16)
}
