/** Checks of the bytes: members as the ZIP says, the manifest, every file against it, every member against the seal. */
import { type Bytes, digestPair, toHex } from '@mingzheng/kernel'
import { decodeManifest, type Manifest } from '../../package/manifest.ts'
import { SEAL_PATH, type Seal } from '../../package/seal.ts'
import type { Contents } from '../contents.ts'
import { failed, type Outcome, passed } from '../outcome.ts'
import type { Bilingual, JsonFact } from '../report.ts'

/** How many differences a report names; the count is always whole. */
const NAMED = 20

/** The contents are what the ZIP's CRCs say, and none is longer than its kind may be. */
export function checkMembers(contents: Contents, size: number): Outcome {
  const [corrupt] = contents.corrupt
  if (corrupt !== undefined) {
    return failed(
      'member-corrupt',
      `${corrupt} 的内容与其校验值不符`,
      `the content of ${corrupt} differs from its CRC`,
      {
        where: corrupt,
        detail: { members: contents.corrupt.slice(0, NAMED), count: contents.corrupt.length },
      },
    )
  }
  const [oversized] = contents.oversized
  if (oversized !== undefined) {
    return failed('member-oversized', `${oversized} 过大`, `${oversized} is larger than such a member may be`, {
      where: oversized,
    })
  }
  const count = contents.digests.size
  return passed(`${count} 个成员，每个字节都有归属`, `${count} members, every byte accounted for`, {
    detail: { members: count, bytes: size },
  })
}

export interface ReadManifest {
  manifest: Manifest
  /** Digests of the manifest's bytes, 32 bytes each. */
  sha256: Bytes
  sm3: Bytes
}

/** Reads the manifest; its digests are what everything else proves. */
export function readManifest(bytes: Bytes): ReadManifest {
  return { manifest: decodeManifest(bytes), ...digestPair(bytes) }
}

interface Listed {
  path: string
  bytes: number
  sha256: string
  sm3: string
}

/** What differs between a list of files and the members themselves. */
function differences(listed: readonly Listed[], contents: Contents, paths: Set<string>): [string, string][] {
  const out: [path: string, what: string][] = []
  const named = new Set(listed.map(({ path }) => path))
  for (const { path, bytes, sha256, sm3 } of listed) {
    const found = contents.digests.get(path)
    if (found === undefined) out.push([path, 'missing'])
    else if (found.bytes !== bytes) out.push([path, 'length'])
    else if (toHex(found.sha256) !== sha256) out.push([path, 'sha256'])
    else if (toHex(found.sm3) !== sm3) out.push([path, 'sm3'])
  }
  for (const path of paths) if (!named.has(path)) out.push([path, 'unlisted'])
  return out
}

const WHAT: Record<string, Bilingual> = {
  missing: { zh: '缺失', en: 'is missing' },
  length: { zh: '长度不符', en: 'has another length' },
  sha256: { zh: 'SHA-256 不符', en: 'has another SHA-256' },
  sm3: { zh: 'SM3 不符', en: 'has another SM3' },
  unlisted: { zh: '未列入', en: 'is not listed' },
}

function judge(found: [string, string][], ok: () => Outcome): Outcome {
  const first = found[0]
  if (first === undefined) return ok()
  const [path, what] = first
  const more = found.length > 1 ? [`，另有 ${found.length - 1} 处`, ` and ${found.length - 1} more`] : ['', '']
  const named: JsonFact = found.slice(0, NAMED).map(([path, what]) => ({ path, what }))
  return failed(`file-${what}`, `${path} ${WHAT[what]?.zh}${more[0]}`, `${path} ${WHAT[what]?.en}${more[1]}`, {
    where: path,
    detail: { differences: named, count: found.length },
  })
}

/** Every file of the manifest is there with both digests, and nothing else is in `data/`. */
export function checkFiles(manifest: Manifest, contents: Contents): Outcome {
  const paths = new Set([...contents.digests.keys()].filter((path) => path.startsWith('data/')))
  return judge(differences(manifest.files, contents, paths), () => {
    const { length } = manifest.files
    if (length === 0)
      return passed('清单不含文件（只登记摘要）', 'the manifest lists no files (a digest was registered)')
    return passed(`${length} 个文件的 SHA-256 与 SM3 均与清单一致`, `SHA-256 and SM3 of all ${length} files agree`)
  })
}

/** The seal lists exactly the other members, in order, and is the seal of this number and edition. */
export function checkSealMembers(seal: Seal, manifest: Manifest, contents: Contents): Outcome {
  const others = [...contents.digests.keys()].filter((path) => path !== SEAL_PATH)
  const found = differences(seal.members, contents, new Set(others))
  if (found.length === 0 && seal.members.some(({ path }, i) => path !== others[i])) {
    return failed('seal-order', '封装清单的顺序不符', 'the seal lists the members in another order', {
      where: SEAL_PATH,
    })
  }
  if (seal.number !== manifest.number || seal.edition !== manifest.edition) {
    return failed('seal-subject', '封装属于另一份证据', 'the seal belongs to other evidence', { where: SEAL_PATH })
  }
  return judge(found, () =>
    passed(`封装所列 ${others.length} 个成员逐一相符`, `all ${others.length} members are as sealed`, {
      detail: { sealedAt: seal.sealedAt },
    }),
  )
}
