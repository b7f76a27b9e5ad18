/**
 * Finds hosts that read like another: letters of several scripts in one label, or letters of another script that are
 * drawn like Latin ones (Unicode Technical Standard 39, in the part that browsers also look at).
 */
import { domainToUnicode } from 'node:url'

/** Letters of Cyrillic, Greek and Armenian that fonts draw like Latin letters. */
const DRAWN_LIKE_LATIN = /^[аеіјорсухѕԁһӏԛԝьвкмнтгпαβγεηικνορτυχωϲօսոցհյզ\d-]+$/u

const SCRIPTS: readonly [string, RegExp][] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
]

/** Why a reader could take the host for another, or `null`. `text` is what was pasted, `host` what a browser makes of it. */
export function lookalike(text: string, host: string): string | null {
  const shown = domainToUnicode(host) || host
  for (const label of shown.split('.')) {
    const scripts = SCRIPTS.filter(([, pattern]) => pattern.test(label)).map(([name]) => name)
    if (scripts.length > 1) return `the label "${label}" mixes ${scripts.join(' and ')} letters (${host})`
    if (scripts.length === 1 && scripts[0] !== 'Latin' && DRAWN_LIKE_LATIN.test(label)) {
      return `the label "${label}" is written in ${scripts[0]} letters that look like Latin ones (${host})`
    }
  }
  const pasted = /^[a-z]+:[\\/]*([^/\\?#]*)/i.exec(text)?.[1]?.toLowerCase().replace(/:\d*$/, '') ?? ''
  if (/[\uff01-\uff5e\u2024\u3002\uff61\u00ad\u200b-\u200d\u2060]/u.test(pasted)) {
    return `the host was pasted with look-alike or invisible characters and is ${host}`
  }
  return null
}
