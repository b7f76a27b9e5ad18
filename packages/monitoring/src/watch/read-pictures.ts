/** Reads the words in a listing's vector pictures: a few for each page, as a reader's browser would load them with it. */
import { type Bytes, digest, toHex } from '@mingzheng/kernel'
import { decodePage } from '../extraction/decode.ts'
import type { PictureText } from '../fact/line-of.ts'
import { mended } from '../fact/mended.ts'
import { fetchPage } from '../source/fetch-page.ts'
import { isVectorPicture, vectorText } from '../source/vector-picture.ts'
import type { BatchPage } from './batch.ts'
import type { WatcherParts } from './watcher.ts'

const MOST_PICTURES = 4
const LIMITS = { bytes: 1 << 20, ms: 10_000, redirects: 3 }

export async function readPictures(
  { guard, elapsed }: Pick<WatcherParts, 'guard' | 'elapsed'>,
  page: BatchPage,
  userAgent: string,
  allows: (url: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const { facts } = page.reading
  if (facts === null) return
  const { origin } = new URL(page.address.url)
  const urls = facts.images.filter((url) => isVectorPicture(url) && URL.parse(url)?.origin === origin && allows(url))
  for (const url of urls.slice(0, MOST_PICTURES)) {
    const wish = { url, userAgent, etag: null, modified: null }
    const { outcome, body, charset } = await fetchPage(guard, wish, { limits: LIMITS, elapsed, signal })
    if (outcome !== 'ok' || body === null) continue
    const text = mended(vectorText(decodePage(body, charset).text)) as string
    if (text === '') continue
    const picture: PictureText = { url, text, sha256: toHex(digest('sha256', body as Bytes)) }
    page.pictures.push({ ...picture, body: body as Bytes })
  }
}
