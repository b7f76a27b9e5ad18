/**
 * Strict reading of a package's ZIP layout: the directory says which members there are, the one layout of those members
 * is computed, and every header byte of the file must equal it. So nothing in the file is unaccounted for, and no other
 * unzip program can read it differently. Bounded: one directory of limited length, one small read per member.
 */
import { type Bytes, Failure, fromUtf8, isRefusal, type Refusal, refuse } from '@mingzheng/kernel'
import { type Layout, layOut, MEMBER_COUNT, type MemberEntry } from './layout.ts'
import { PATH_BYTES } from './path.ts'
import type { RandomAccess } from './random-access.ts'

export type LayoutRefusalCode = 'layout-truncated' | 'layout-directory' | 'layout-members' | 'layout-bytes'

const END_BYTES = 22
const END64_BYTES = 56 + 20
const RECORD_BYTES = 46
const DIRECTORY_LIMIT = MEMBER_COUNT * (RECORD_BYTES + PATH_BYTES + 28)
const MAX32 = 0xffffffff

/**
 * The layout of a package. Refused, with the byte offset as `field`: anything that is not exactly the layout of its
 * members. Contents are not read; their CRCs and digests are for the caller to check.
 */
export async function readLayout(source: RandomAccess): Promise<Layout | Refusal<LayoutRefusalCode>> {
  const directory = await findDirectory(source)
  if (isRefusal(directory)) return directory
  const bytes = await source.read(directory.at, directory.bytes)
  const entries = readDirectory(bytes, directory.count)
  if (isRefusal(entries)) return entries
  let layout: Layout
  try {
    layout = layOut(entries)
  } catch (cause) {
    if (cause instanceof Failure && cause.code === 'layout-members') {
      return refuse('layout-members', cause.message, cause.field === undefined ? {} : { field: cause.field })
    }
    throw cause
  }
  if (layout.size !== source.size) return refuse('layout-bytes', 'the file has bytes that no member accounts for')
  const tail = await compare(source, layout.tailAt, layout.tail)
  if (tail !== null) return tail
  for (const member of layout.members) {
    const header = await compare(source, member.headerAt, member.header)
    if (header !== null) return header
  }
  return layout
}

async function findDirectory(
  source: RandomAccess,
): Promise<{ at: number; bytes: number; count: number } | Refusal<LayoutRefusalCode>> {
  if (source.size < END_BYTES) return refuse('layout-truncated', 'the file is too short')
  const endAt = source.size - END_BYTES
  const end = view(await source.read(endAt, END_BYTES))
  if (end.getUint32(0, true) !== 0x06054b50) {
    return refuse('layout-truncated', 'the file does not end as a package ends', { field: `@${endAt}` })
  }
  const count = end.getUint16(10, true)
  const bytes = end.getUint32(12, true)
  let at = end.getUint32(16, true)
  let tailBytes = END_BYTES
  if (at === MAX32) {
    if (source.size < END_BYTES + END64_BYTES) return refuse('layout-truncated', 'the file is too short')
    tailBytes += END64_BYTES
    const end64 = view(await source.read(source.size - tailBytes, 56))
    at = Number(end64.getBigUint64(48, true))
  }
  const fits = bytes <= DIRECTORY_LIMIT && count <= MEMBER_COUNT && at + bytes + tailBytes === source.size
  if (!fits) return refuse('layout-directory', 'the directory does not reach to the end record', { field: `@${endAt}` })
  return { at, bytes, count }
}

function readDirectory(bytes: Bytes, count: number): MemberEntry[] | Refusal<LayoutRefusalCode> {
  const data = view(bytes)
  const entries: MemberEntry[] = []
  let at = 0
  const broken = () => refuse('layout-directory', `directory record ${entries.length} is malformed`)
  while (at < bytes.length) {
    if (entries.length >= count || at + RECORD_BYTES > bytes.length) return broken()
    if (data.getUint32(at, true) !== 0x02014b50) return broken()
    const nameBytes = data.getUint16(at + 28, true)
    const extraBytes = data.getUint16(at + 30, true)
    const extraAt = at + RECORD_BYTES + nameBytes
    const next = extraAt + extraBytes
    if (nameBytes > PATH_BYTES || extraBytes > 28 || next > bytes.length) return broken()
    let length = data.getUint32(at + 24, true)
    if (length === MAX32) {
      if (extraBytes < 12) return broken()
      length = Number(data.getBigUint64(extraAt + 4, true))
    }
    let path: string
    try {
      path = fromUtf8(bytes.subarray(at + RECORD_BYTES, extraAt))
    } catch {
      return broken()
    }
    entries.push({ path, bytes: length, crc32: data.getUint32(at + 16, true) })
    at = next
  }
  return entries.length === count ? entries : broken()
}

async function compare(source: RandomAccess, at: number, expected: Bytes): Promise<Refusal<LayoutRefusalCode> | null> {
  const actual = await source.read(at, expected.length)
  const i = expected.findIndex((byte, index) => byte !== actual[index])
  return i < 0 ? null : refuse('layout-bytes', 'a byte differs from the layout', { field: `@${at + i}` })
}

function view(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
