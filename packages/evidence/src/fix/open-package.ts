/** Reading members of a package that is in custody: by range, without unpacking it. */
import { type Bytes, concat, Failure, isRefusal } from '@mingzheng/kernel'
import { type PlacedMember, type RandomAccess, readLayout, readRange } from '@mingzheng/proof'

export interface OpenPackage {
  readonly members: readonly PlacedMember[]
  find(path: string): PlacedMember | null
  /** Bytes of a member, or a range of them (both ends inside). */
  stream(member: PlacedMember, range?: { start: number; end: number }): AsyncIterable<Bytes>
  /** A whole small member. Throws `package-damaged` when it is not there. */
  read(path: string): Promise<Bytes>
}

/** Opens a package of our own custody. Throws `package-damaged` when its layout is not a package's. */
export async function openPackage(source: RandomAccess): Promise<OpenPackage> {
  const layout = await readLayout(source)
  if (isRefusal(layout)) throw new Failure('package-damaged', `the stored package is damaged: ${layout.detail}`)
  const byPath = new Map(layout.members.map((member) => [member.path, member]))
  const stream = (member: PlacedMember, range = { start: 0, end: member.bytes - 1 }) =>
    readRange(source, member.dataAt + range.start, range.end - range.start + 1)
  return {
    members: layout.members,
    find: (path) => byPath.get(path) ?? null,
    stream,
    async read(path) {
      const member = byPath.get(path)
      if (member === undefined) throw new Failure('package-damaged', `${path} is missing`, { field: path })
      const chunks: Bytes[] = []
      for await (const chunk of stream(member)) chunks.push(chunk)
      return concat(...chunks)
    },
  }
}
