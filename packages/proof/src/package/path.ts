/** Names of members: one spelling, no way out of the folder into which somebody unpacks. */
import { utf8 } from '@mingzheng/kernel'

/** Longest member name in UTF-8 bytes. */
export const PATH_BYTES = 400

export type PathProblem =
  | 'path-empty'
  | 'path-too-long'
  | 'path-not-unicode'
  | 'path-not-nfc'
  | 'path-character'
  | 'path-absolute'
  | 'path-segment'

/** Windows reads these as devices whatever the extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * Why a name may not stand in a package, or `null`. Refused: not NFC, control, format, private-use and unassigned
 * characters, backslash and what Windows forbids, absolute names, empty, `.`, `..` segments, segments that end in a dot
 * or space, device names, folders (a trailing slash), more than `PATH_BYTES` bytes.
 */
export function pathProblem(path: string): PathProblem | null {
  if (path === '') return 'path-empty'
  if (!path.isWellFormed()) return 'path-not-unicode'
  if (path.length > PATH_BYTES || utf8(path).length > PATH_BYTES) return 'path-too-long'
  if (path.normalize('NFC') !== path) return 'path-not-nfc'
  if (/[\p{C}\p{Zl}\p{Zp}\\:*?"<>|]/u.test(path)) return 'path-character'
  if (path.startsWith('/')) return 'path-absolute'
  for (const segment of path.split('/')) {
    if (segment === '' || /[. ]$/.test(segment) || DEVICE.test(segment)) return 'path-segment'
  }
  return null
}
