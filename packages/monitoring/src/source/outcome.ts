/**
 * What became of a fetch. Only `ok` is read; everything else is a state of its own and never a violation.
 */
export const OUTCOMES = [
  /** A page, feed or answer that can be read. */
  'ok',
  /** Not changed since (HTTP 304). */
  'unchanged',
  /** The site refuses us: 401, 403, 451 or a page that says so. */
  'blocked',
  /** Too many requests: 429, 503 with a wish to come back later. */
  'limited',
  /** A test whether a person asks. */
  'captcha',
  /** Nothing on the page. */
  'empty',
  /** The same bytes at many addresses, or another page than was asked for. */
  'decoy',
  /** Not there any more: 404, 410. */
  'gone',
  /** robots.txt does not allow it. */
  'robots',
  /** The address leads into a closed network, or is none. */
  'refused',
  /** Larger than is read. */
  'too-large',
  /** No answer, or a fault of the site. */
  'failed',
] as const
export type Outcome = (typeof OUTCOMES)[number]
