/** Packs a WARC file as WACZ 1.1.1: index, pages, the list of all members with digests, and the digest of that list. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createDigest, toHex, utf8 } from '@mingzheng/kernel'
import { cdxjText, type IndexedRecord } from './cdxj.ts'
import { type StoredMember, storedZip } from './stored-zip.ts'

export const WARC_NAME = 'data.warc.gz'

export interface WaczPage {
  id: string
  url: string
  /** Milliseconds since the epoch at which the page's own document was asked for. */
  at: number
  title: string
  text: string
}

export interface WaczContents {
  title: string
  software: string
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Path of the finished WARC file on this machine. */
  warc: string
  indexed: readonly IndexedRecord[]
  pages: readonly WaczPage[]
  /** Further properties of datapackage.json, e.g. what it was derived from. */
  properties?: Record<string, string>
}

/** Writes the file at `path`, which must not exist. Members: archive, index, pages, datapackage.json, its digest. */
export async function writeWacz(path: string, contents: WaczContents): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    const zip = storedZip(file)
    const members = [
      await zip.add(`archive/${WARC_NAME}`, createReadStream(contents.warc, { highWaterMark: 1 << 20 })),
      await zip.add('indexes/index.cdx', [utf8(cdxjText(contents.indexed))]),
      await zip.add('pages/pages.jsonl', [utf8(pagesText(contents.pages))]),
    ]
    const list = utf8(`${JSON.stringify(datapackage(contents, members), null, 2)}\n`)
    await zip.add('datapackage.json', [list])
    const hash = `sha256:${toHex(createDigest('sha256').update(list).digest())}`
    await zip.add('datapackage-digest.json', [utf8(`${JSON.stringify({ path: 'datapackage.json', hash })}\n`)])
    await zip.finish()
    await file.sync()
  } finally {
    await file.close()
  }
}

/** RFC 3339 to the second, as other readers of WACZ expect it. */
function secondText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function datapackage(contents: WaczContents, members: readonly StoredMember[]): Record<string, unknown> {
  const main = contents.pages[0]
  return {
    profile: 'data-package',
    wacz_version: '1.1.1',
    title: contents.title.toWellFormed(),
    created: secondText(contents.createdAt),
    software: contents.software,
    ...(main === undefined ? {} : { mainPageUrl: main.url, mainPageDate: secondText(main.at) }),
    ...contents.properties,
    resources: members.map((member) => ({
      name: member.path.slice(member.path.lastIndexOf('/') + 1),
      path: member.path,
      hash: member.hash,
      bytes: member.bytes,
    })),
  }
}

function pagesText(pages: readonly WaczPage[]): string {
  const head = { format: 'json-pages-1.0', id: 'pages', title: 'All Pages' }
  const lines = pages.map((page) => ({
    id: page.id,
    url: page.url,
    ts: new Date(page.at).toISOString(),
    title: page.title.toWellFormed(),
    text: page.text.toWellFormed(),
  }))
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}
