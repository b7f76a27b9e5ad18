/** Writes a ZIP whose members are stored, so that a reader can fetch any range of any member. No ZIP64: 4 GB at most. */
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { type Bytes, concat, createDigest, Failure, toHex, utf8 } from '@mingzheng/kernel'
import { writeAt } from './write-at.ts'

export type ZipCode = 'archive-too-large'

export interface StoredMember {
  path: string
  bytes: number
  /** `sha256:` and hexadecimal. */
  hash: string
}

interface Listed {
  name: Bytes
  crc: number
  bytes: number
  offset: number
}

const LARGEST = 0xffff_ffff
/** 1980-01-01 00:00, so that the same members make the same file. */
const DOS_DATE = 0x0021
const UTF8_NAMES = 0x0800

export interface StoredZip {
  /** Appends a member. Its size need not be known before. */
  add(path: string, chunks: AsyncIterable<Bytes> | Iterable<Bytes>): Promise<StoredMember>
  /** Writes the directory. Nothing can be added afterwards. */
  finish(): Promise<void>
}

/** Writes into `file`, opened for writing and empty; closing it is the caller's. */
export function storedZip(file: FileHandle): StoredZip {
  const listed: Listed[] = []
  let position = 0

  async function write(bytes: Bytes, at: number): Promise<void> {
    if (at + bytes.length > LARGEST) throw new Failure<ZipCode>('archive-too-large', 'the archive passes 4 GB')
    await writeAt(file, bytes, at)
  }

  return {
    async add(path, chunks) {
      const name = utf8(path)
      const offset = position
      const start = offset + 30 + name.length
      const sha256 = createDigest('sha256')
      let crc = 0
      let bytes = 0
      for await (const chunk of chunks) {
        await write(chunk, start + bytes)
        crc = crc32(chunk, crc)
        sha256.update(chunk)
        bytes += chunk.length
      }
      const entry = { name, crc, bytes, offset }
      // The header comes last, when sum and size are known: no data descriptor is needed.
      await write(localHeader(entry), offset)
      position = start + bytes
      listed.push(entry)
      return { path, bytes, hash: `sha256:${toHex(sha256.digest())}` }
    },
    async finish() {
      const directory = concat(...listed.map(directoryHeader))
      const end = Buffer.alloc(22)
      end.writeUInt32LE(0x06054b50, 0)
      end.writeUInt16LE(listed.length, 8)
      end.writeUInt16LE(listed.length, 10)
      end.writeUInt32LE(directory.length, 12)
      end.writeUInt32LE(position, 16)
      await write(concat(directory, end), position)
    },
  }
}

function localHeader(entry: Listed): Bytes {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  writeCommon(header, 4, entry)
  return concat(header, entry.name)
}

function directoryHeader(entry: Listed): Bytes {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(20, 4)
  writeCommon(header, 6, entry)
  header.writeUInt32LE(entry.offset, 42)
  return concat(header, entry.name)
}

/** The fields that both headers share, from "version needed" to the length of the name. */
function writeCommon(header: Buffer, at: number, entry: Listed): void {
  header.writeUInt16LE(20, at)
  header.writeUInt16LE(UTF8_NAMES, at + 2)
  header.writeUInt16LE(0, at + 4)
  header.writeUInt16LE(0, at + 6)
  header.writeUInt16LE(DOS_DATE, at + 8)
  header.writeUInt32LE(entry.crc, at + 10)
  header.writeUInt32LE(entry.bytes, at + 14)
  header.writeUInt32LE(entry.bytes, at + 18)
  header.writeUInt16LE(entry.name.length, at + 22)
}
