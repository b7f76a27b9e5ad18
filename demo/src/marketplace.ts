import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answer } from './answer.ts'
import { createPictures } from './picture/picture.ts'
import { goodsAnswer } from './site/jiangnan/jiangnan.ts'
import { type Answer, type Site, serve, type Visit } from './site/serve.ts'
import { type SiteOptions, type SiteParts, siteParts } from './site/site-parts.ts'

/** A marketplace that is being served. */
export interface Marketplace extends Site {
  /** Its share of the seeded market; `null` when it sells only what was made by hand. */
  readonly parts: SiteParts | null
}

export interface MarketplaceOptions {
  /** Port on 127.0.0.1; 0 for any. */
  readonly port: number
  /** Time from which dates of reviews and prices are counted back, in milliseconds since 1970. */
  now(): number
  /** The seeded market that it is a platform of; without one it has no gate either. */
  readonly market?: Pick<SiteOptions, 'seed' | 'size' | 'settings'>
}

const ASSETS = ['market.css', 'market.js', 'roof.svg']

/** Serves 江南集市 on the loopback address. */
export async function startMarketplace({ port, now, market }: MarketplaceOptions): Promise<Marketplace> {
  const folder = join(import.meta.dirname, '../assets')
  const assets = new Map(ASSETS.map((name) => [name, readFileSync(join(folder, name))]))
  const picture = createPictures()
  const parts = market === undefined ? null : siteParts('jiangnan', { ...market, port, now })
  const goods = (visit: Visit, origin: string): Answer | null =>
    parts === null ? null : (parts.gate.admit(visit) ?? goodsAnswer(visit, origin, parts, picture))
  const site = await serve(port, (visit, origin) => {
    if (visit.method !== 'GET' && visit.method !== 'HEAD') {
      return { status: 405, type: 'text/plain', body: '', keep: 0, headers: { allow: 'GET, HEAD' } }
    }
    const around = { today: now(), origin, picture, asset: (name: string) => assets.get(name) ?? null }
    return goods(visit, origin) ?? answer(visit.url, around)
  })
  return { ...site, parts }
}
