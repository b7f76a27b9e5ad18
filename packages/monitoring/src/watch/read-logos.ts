/**
 * Looks for logos of the register in pictures of listings: only where a logo would change what the model of intellectual property says,
 * so that other listings cost no picture. Pictures come from the listing's own site, as robots allows, a few for each.
 */
import { type Bytes, digest, toHex } from '@mingzheng/kernel'
import { type ExaminedLine, listingOf, type PictureText } from '../fact/line-of.ts'
import { MOST_BYTES } from '../picture/decode-picture.ts'
import { type KnownLogo, likestLogo, type PictureShape } from '../picture/likeness.ts'
import type { PictureReader } from '../picture/picture-reader.ts'
import type { ListingModel } from '../recognition/model.ts'
import { fetchPage } from '../source/fetch-page.ts'
import { isVectorPicture } from '../source/vector-picture.ts'
import type { BatchPage } from './batch.ts'
import type { WatcherParts } from './watcher.ts'

const MOST_PICTURES = 3
const LIMITS = { bytes: MOST_BYTES, ms: 10_000, redirects: 3 }
/** After so long a batch's other pictures stay unread: its pages must be written in time. */
const MOST_MS = 15_000
/** Pictures that are remembered: shops show the same one on many listings. */
const REMEMBERED = 2000

export interface LogoLook {
  readonly logos: readonly KnownLogo[]
  readonly userAgent: string
  readonly allows: (url: string) => boolean
  readonly signal: AbortSignal
}

export interface LogoSeer {
  /** Adds to the page's pictures those that show a logo; whether there was one. */
  look(page: BatchPage, looked: LogoLook, began: number): Promise<boolean>
}

/** `reader` reads; what a picture's bytes showed is remembered under their digest. */
export function createLogoSeer(
  { guard, elapsed }: Pick<WatcherParts, 'guard' | 'elapsed'>,
  reader: PictureReader,
): LogoSeer {
  const known = new Map<string, readonly PictureShape[]>()
  async function shapesOf(sha256: string, body: Uint8Array): Promise<readonly PictureShape[]> {
    const held = known.get(sha256)
    if (held !== undefined) return held
    // A picture that is no picture, too large or too slow shows no logo.
    const shapes = await reader.shapes(body).catch(() => [])
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value!)
    known.set(sha256, shapes)
    return shapes
  }
  return {
    async look(page, { logos, userAgent, allows, signal }, began) {
      const { origin } = new URL(page.address.url)
      const own = (url: string) => URL.parse(url)?.origin === origin && !isVectorPicture(url) && allows(url)
      const urls = (page.reading.facts?.images ?? []).filter(own)
      let shown = false
      for (const url of urls.slice(0, MOST_PICTURES)) {
        if (elapsed() - began > MOST_MS || signal.aborted) break
        const wish = { url, userAgent, etag: null, modified: null }
        const { outcome, body } = await fetchPage(guard, wish, { limits: LIMITS, elapsed, signal })
        if (outcome !== 'ok' || body === null) continue
        const sha256 = toHex(digest('sha256', body as Bytes))
        const logo = likestLogo(await shapesOf(sha256, body), logos)
        if (logo === null) continue
        const picture: PictureText = { url, text: '', sha256, logo }
        page.pictures.push({ ...picture, body: body as Bytes })
        shown = true
      }
      return shown
    },
  }
}

/** Whether a logo in its pictures would make another decision of a listing, or a surer one. */
export function logoMatters(line: ExaminedLine, models: readonly ListingModel[], day: string): boolean {
  const model = models.find(({ behaviour }) => behaviour === 'ip-infringement')
  if (model === undefined || line.images.length === 0) return false
  const supposed: PictureText = {
    url: '',
    text: '',
    sha256: '',
    logo: { brand: line.brand ?? '', logo: '', likeness: 1, place: [0, 0, 0, 0] },
  }
  const [without, with_] = [line, { ...line, images: [supposed, ...line.images] }].map(
    (one) => model.examine(listingOf(one), day)[0],
  )
  if (with_ === undefined || with_.decision === 'below threshold') return false
  return without === undefined || without.decision !== with_.decision || without.score < with_.score
}
