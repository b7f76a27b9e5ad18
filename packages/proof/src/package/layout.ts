/**
 * The ZIP layout of a package as a pure function of its members' names, lengths and CRCs: one list of members has one
 * file, byte for byte. Method STORED, UTF-8 names, time 1980-01-01, ZIP64 only where a value needs it, no gaps, no
 * comments. Source: PKWARE APPNOTE.TXT 6.3.10, sections cited below; docs/formats/package.md.
 */
import { type Bytes, compareBytes, concat, Failure, utf8 } from '@mingzheng/kernel'
import { pathProblem } from './path.ts'

/** Most members of a package, the manifest and the seal included; far below where ZIP64 would count them. */
export const MEMBER_COUNT = 20_032
/** Most bytes of a member, 1 TiB: keeps every offset a safe integer. */
const MEMBER_BYTES = 2 ** 40

export interface MemberEntry {
  path: string
  bytes: number
  crc32: number
}

export interface PlacedMember extends MemberEntry {
  /** Offset of the local header and of the first content byte. */
  headerAt: number
  dataAt: number
  header: Bytes
}

/** Where everything stands. `tail` is the central directory with all that ends the file, from `tailAt` on. */
export interface Layout {
  members: PlacedMember[]
  tailAt: number
  tail: Bytes
  /** Length of the whole file. */
  size: number
}

const UTF8_NAME = 0x0800 // 4.4.4, bit 11
const DATE_1980_01_01 = 0x0021 // 4.4.6
const PLAIN = 20 // 4.4.3.2: 2.0
const ZIP64 = 45 // 4.4.3.2: 4.5
// 4.4.2.2, 4.4.15: made by UNIX, a plain file that its owner may write. Said to come from DOS, `unzip` would read names in
// an old code page in spite of bit 11 and ruin every Chinese one.
const UNIX = 3 << 8
const PLAIN_FILE = (0o100644 << 16) >>> 0
const MAX32 = 0xffffffff // 4.4.1.4: the value stands in the ZIP64 field

const GROUPS = ['manifest.json', 'data/', 'proof/', 'documents/', 'seal.json'] as const
/** What `proof/` and `documents/` may hold. `data/` holds whatever the manifest lists. */
const KNOWN = new Set([
  'proof/entry.cbor',
  'proof/opening.json',
  'proof/cross-chain.json',
  'proof/policy-chain.json',
  'proof/policy.json',
  'proof/receipt-sm3.tlog-proof',
  'proof/receipt.tlog-proof',
  'proof/timestamp.tsr',
  'documents/certificate.json',
  'documents/certificate.pdf',
  'documents/record.pdf',
])
const REVOCATION_LIST = /^proof\/revocation\/[a-z0-9][a-z0-9.-]*\.crl$/

function isKnown(path: string): boolean {
  const group = memberGroup(path)
  if (group < 0) return false
  return GROUPS[group] !== 'proof/' && GROUPS[group] !== 'documents/'
    ? true
    : KNOWN.has(path) || REVOCATION_LIST.test(path)
}

/** Place of a path among the groups of a package; -1 where it belongs to none. */
function memberGroup(path: string): number {
  const slash = path.indexOf('/')
  const group = slash < 0 ? path : path.slice(0, slash + 1)
  return (GROUPS as readonly string[]).indexOf(group)
}

/** Order of members: manifest, data, proof, documents, seal; within a group by the UTF-8 bytes of the path. */
export function memberOrder(a: string, b: string): number {
  return memberGroup(a) - memberGroup(b) || compareBytes(utf8(a), utf8(b))
}

/**
 * Computes the layout of members that already stand in order. Throws `layout-members` (with the path as `field`) for
 * names, numbers and orders that no package has.
 */
export function layOut(entries: readonly MemberEntry[]): Layout {
  requireMembers(entries)
  let at = 0
  const members = entries.map((entry) => {
    const header = localHeader(entry)
    const member = { ...entry, headerAt: at, dataAt: at + header.length, header }
    at = member.dataAt + entry.bytes
    return member
  })
  const directory = concat(...members.map(directoryRecord))
  const tail = concat(directory, ...endRecords(members.length, directory.length, at))
  return { members, tailAt: at, tail, size: at + tail.length }
}

function requireMembers(entries: readonly MemberEntry[]): void {
  const wrong = (why: string, field: string) => new Failure('layout-members', `${why}: ${field}`, { field })
  if (entries.length > MEMBER_COUNT) throw wrong('too many members', String(entries.length))
  if (entries[0]?.path !== 'manifest.json') throw wrong('the first member is manifest.json', entries[0]?.path ?? '')
  const folded = new Set<string>()
  let before: string | null = null
  for (const { path, bytes, crc32 } of entries) {
    const problem = pathProblem(path)
    if (problem !== null) throw wrong(problem, path)
    if (!isKnown(path)) throw wrong('no member of a package has this name', path)
    if (before !== null && memberOrder(before, path) >= 0) throw wrong('member out of order or twice', path)
    // Two names that a case-insensitive file system takes for one would overwrite each other when unpacked.
    const fold = path.toLowerCase()
    if (folded.has(fold)) throw wrong('two names differ in case only', path)
    folded.add(fold)
    if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > MEMBER_BYTES) throw wrong('member too large', path)
    if (!Number.isInteger(crc32) || crc32 < 0 || crc32 > MAX32) throw wrong('CRC is not 32 bits', path)
    before = path
  }
}

class Record {
  private readonly parts: number[] = []

  u16(value: number): this {
    this.parts.push(value & 0xff, value >>> 8)
    return this
  }

  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16)
  }

  u64(value: number): this {
    return this.u32((value % 2 ** 32) | 0).u32(Math.floor(value / 2 ** 32))
  }

  bytes(): Bytes {
    return Uint8Array.from(this.parts)
  }
}

/** 4.3.7; 4.5.3: a local ZIP64 field holds both lengths. */
function localHeader({ path, bytes, crc32 }: MemberEntry): Bytes {
  const name = utf8(path)
  const large = bytes >= MAX32
  const length = large ? MAX32 : bytes
  const head = new Record()
    .u32(0x04034b50)
    .u16(large ? ZIP64 : PLAIN)
    .u16(UTF8_NAME)
    .u16(0)
    .u16(0)
    .u16(DATE_1980_01_01)
    .u32(crc32)
    .u32(length)
    .u32(length)
    .u16(name.length)
    .u16(large ? 20 : 0)
  const extra = large ? new Record().u16(1).u16(16).u64(bytes).u64(bytes).bytes() : new Uint8Array()
  return concat(head.bytes(), name, extra)
}

/** 4.3.12; 4.5.3: a ZIP64 field holds only the values that do not fit, in the order of the header. */
function directoryRecord({ path, bytes, crc32, headerAt }: PlacedMember): Bytes {
  const name = utf8(path)
  const large = bytes >= MAX32
  const far = headerAt >= MAX32
  const version = large || far ? ZIP64 : PLAIN
  const length = large ? MAX32 : bytes
  const extraBytes = (large ? 16 : 0) + (far ? 8 : 0)
  const head = new Record()
    .u32(0x02014b50)
    .u16(UNIX | version)
    .u16(version)
    .u16(UTF8_NAME)
    .u16(0)
    .u16(0)
    .u16(DATE_1980_01_01)
    .u32(crc32)
    .u32(length)
    .u32(length)
    .u16(name.length)
    .u16(extraBytes === 0 ? 0 : extraBytes + 4)
    .u16(0)
    .u16(0)
    .u16(0)
    .u32(PLAIN_FILE)
    .u32(far ? MAX32 : headerAt)
  const extra = new Record()
  if (extraBytes > 0) extra.u16(1).u16(extraBytes)
  if (large) extra.u64(bytes).u64(bytes)
  if (far) extra.u64(headerAt)
  return concat(head.bytes(), name, extra.bytes())
}

/** 4.3.14 to 4.3.16. */
function endRecords(count: number, directoryBytes: number, directoryAt: number): Bytes[] {
  const far = directoryAt >= MAX32
  const end = new Record()
    .u32(0x06054b50)
    .u16(0)
    .u16(0)
    .u16(count)
    .u16(count)
    .u32(directoryBytes)
    .u32(far ? MAX32 : directoryAt)
    .u16(0)
    .bytes()
  if (!far) return [end]
  const end64 = new Record()
    .u32(0x06064b50)
    .u64(44)
    .u16(ZIP64)
    .u16(ZIP64)
    .u32(0)
    .u32(0)
    .u64(count)
    .u64(count)
    .u64(directoryBytes)
    .u64(directoryAt)
    .bytes()
  const locator = new Record()
    .u32(0x07064b50)
    .u32(0)
    .u64(directoryAt + directoryBytes)
    .u32(1)
    .bytes()
  return [end64, locator, end]
}
