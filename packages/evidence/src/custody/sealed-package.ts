/** A stored package as a sealed file: any part is made when it is asked for, so that no second copy lies anywhere. */
import { type Bytes, concat, fromHex, utf8 } from '@mingzheng/kernel'
import { PartTree, partCipher, type RandomAccess, SEALED_PLAIN_BYTES, type Sealing, sealedSize } from '@mingzheng/proof'

/** What a sealing is bound to. */
export const custodyContext = (holding: string) => concat(utf8('custody\0'), fromHex(holding))
export const givenContext = (wish: string) => concat(utf8('given\0'), fromHex(wish))

export interface SealedPackage {
  readonly parts: number
  part(index: number): Promise<Bytes>
}

export async function sealedPackage(source: RandomAccess, sealing: Sealing): Promise<SealedPackage> {
  const cipher = await partCipher(sealing)
  const { parts } = sealedSize(source.size)
  return {
    parts,
    async part(index) {
      if (index === 0) return sealing.header
      const start = (index - 1) * SEALED_PLAIN_BYTES
      const plain = await source.read(start, Math.min(SEALED_PLAIN_BYTES, source.size - start))
      return cipher.seal(index, plain, index === parts - 1)
    },
  }
}

export async function treeOf({ parts, part }: SealedPackage): Promise<PartTree> {
  const tree = new PartTree()
  for (let index = 0; index < parts; index++) tree.append(await part(index))
  return tree
}
