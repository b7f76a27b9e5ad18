/** Reads a ZIP of stored members, strictly: one reading only, no gaps, nothing compressed. For the archives of ours. */
import { crc32 } from 'node:zlib'
import { type Bytes, Failure } from '@mingzheng/kernel'

export type StoredZipCode = 'zip-malformed'

/** Members by path, in their order. Throws `zip-malformed`. */
export function readStoredZip(file: Bytes): Map<string, Bytes> {
  const wrong = (why: string): never => {
    throw new Failure<StoredZipCode>('zip-malformed', why)
  }
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.length)
  const end = buffer.length - 22
  if (end < 0 || buffer.readUInt32LE(end) !== 0x06054b50) wrong('no end of the directory')
  const count = buffer.readUInt16LE(end + 10)
  if (
    buffer.readUInt32LE(end + 4) !== 0 ||
    buffer.readUInt16LE(end + 8) !== count ||
    buffer.readUInt16LE(end + 20) !== 0
  ) {
    wrong('the end of the directory says something else')
  }
  const start = buffer.readUInt32LE(end + 16)
  if (buffer.readUInt32LE(end + 12) !== end - start) wrong('something lies beside the directory')
  const members = new Map<string, Bytes>()
  let entry = start
  let position = 0
  for (let i = 0; i < count; i++) {
    if (entry + 46 > end || buffer.readUInt32LE(entry) !== 0x02014b50) wrong('the directory is broken')
    const bytes = buffer.readUInt32LE(entry + 24)
    const nameLength = buffer.readUInt16LE(entry + 28)
    const name = buffer.toString('utf8', entry + 46, entry + 46 + nameLength)
    if (buffer.readUInt16LE(entry + 10) !== 0 || buffer.readUInt32LE(entry + 20) !== bytes)
      wrong(`${name} is compressed`)
    if (buffer.readUInt16LE(entry + 30) + buffer.readUInt16LE(entry + 32) !== 0) wrong(`${name} has further fields`)
    // Made by 2.0; needs 2.0, UTF-8 names, stored, 1980-01-01 00:00; no disk, no attributes.
    const fixed = `${buffer.toString('hex', entry + 4, entry + 16)}${buffer.toString('hex', entry + 34, entry + 42)}`
    if (fixed !== '140014000008000000002100'.concat('00'.repeat(8)))
      wrong(`the entry of ${name} is not in the one form`)
    if (buffer.readUInt32LE(entry + 42) !== position) wrong(`there is a gap before ${name}`)
    const local = position
    if (buffer.readUInt32LE(local) !== 0x04034b50) wrong(`${name} has no local header`)
    const same = buffer.subarray(local + 4, local + 28).equals(buffer.subarray(entry + 6, entry + 30))
    const localName = buffer.toString('utf8', local + 30, local + 30 + nameLength)
    if (!same || localName !== name || buffer.readUInt16LE(local + 28) !== 0) wrong(`the headers of ${name} differ`)
    const content = buffer.subarray(local + 30 + nameLength, local + 30 + nameLength + bytes)
    if (content.length !== bytes || crc32(content) !== buffer.readUInt32LE(entry + 16))
      wrong(`${name} has another checksum`)
    if (members.has(name)) wrong(`${name} stands there twice`)
    members.set(name, content)
    position = local + 30 + nameLength + bytes
    entry += 46 + nameLength
  }
  if (position !== start || entry !== end) wrong('there is a gap before the directory')
  return members
}
