/** Writing a package: a stream of bytes in member order. Needs every member's CRC beforehand, which costs one reading. */
import { type Bytes, Failure } from '@mingzheng/kernel'
import { crc32 } from './crc32.ts'
import { type DigestEngine, digestBytes, inlineEngine, type MemberDigests } from './digests.ts'
import { layOut, memberOrder } from './layout.ts'

/** A member to be written: its name, what was computed over it, and how to read it (again). */
export interface PackageMember extends MemberDigests {
  path: string
  open(): AsyncIterable<Bytes> | Iterable<Bytes>
}

/** A member held in memory. */
export function memoryMember(path: string, bytes: Bytes): PackageMember {
  return { path, ...digestBytes(bytes), open: () => [bytes] }
}

/** A member that is read from `open` twice: now for its digests, and again when the package is written. */
export async function streamMember(
  path: string,
  open: () => AsyncIterable<Bytes>,
  engine: DigestEngine = inlineEngine,
): Promise<PackageMember> {
  return { path, ...(await engine.digest(open())), open }
}

/** Length in bytes of the package that `writePackage` makes of these members. */
export function packageBytes(members: readonly PackageMember[]): number {
  return layOut(inOrder(members)).size
}

/**
 * The bytes of the package; members may be given in any order. Throws `layout-members` before the first byte when they
 * make no package, and `member-changed` when a member reads differently from what was computed: then the output is
 * worthless and must be thrown away.
 */
export async function* writePackage(members: readonly PackageMember[]): AsyncGenerator<Bytes> {
  const ordered = inOrder(members)
  const layout = layOut(ordered)
  for (const [i, member] of ordered.entries()) {
    yield layout.members[i]!.header
    let bytes = 0
    let crc = 0
    for await (const chunk of member.open()) {
      bytes += chunk.length
      crc = crc32(chunk, crc)
      yield chunk
    }
    if (bytes !== member.bytes || crc !== member.crc32) {
      throw new Failure('member-changed', `${member.path} changed while the package was made`, { field: member.path })
    }
  }
  yield layout.tail
}

function inOrder(members: readonly PackageMember[]): PackageMember[] {
  return [...members].sort((a, b) => memberOrder(a.path, b.path))
}
