import { PLATFORMS } from './market/people/platforms.ts'
import { startMarketplace } from './marketplace.ts'
import type { Site } from './site/serve.ts'
import { startShanhe } from './site/shanhe/shanhe.ts'
import type { SiteOptions, SiteParts } from './site/site-parts.ts'
import { startXiaoman } from './site/xiaoman/xiaoman.ts'

/** A platform as it is found. */
export interface ServedPlatform {
  readonly id: string
  readonly name: string
  readonly url: string
}

export interface Demo {
  /** 江南集市 (server-rendered, JSON-LD), 山河优选 (one page, signed data), 小满快购 (for telephones, words in pictures). */
  readonly platforms: readonly ServedPlatform[]
  /** Goods, gate and switches of a platform: where probes plant and tests look; throws for one that is not served. */
  partsOf(platform: string): SiteParts
  close(): Promise<void>
}

/** Starts the three platforms of a seeded market on the loopback address. */
export async function startDemo(options: SiteOptions): Promise<Demo> {
  const { port, now, seed, size, settings } = options
  const market = settings === undefined ? { seed, size } : { seed, size, settings }
  const jiangnan = await startMarketplace({ port, now, market })
  const shanhe = await follows(port, 1, (at) => startShanhe({ ...options, port: at }))
  const xiaoman = await follows(port, 2, (at) => startXiaoman({ ...options, port: at }))
  const sites = new Map<string, Site & { readonly parts: SiteParts | null }>([
    ['jiangnan', jiangnan],
    ['shanhe', shanhe],
    ['xiaoman', xiaoman],
  ])
  return {
    platforms: [...sites].map(([id, { url }]) => ({ id, name: PLATFORMS.find((each) => each.id === id)!.name, url })),
    partsOf(platform) {
      const parts = sites.get(platform)?.parts
      if (parts === undefined || parts === null) throw new Error(`no platform ${platform} is served`)
      return parts
    },
    async close() {
      for (const site of sites.values()) await site.close()
    },
  }
}

// A port that somebody else has is no reason to go without the platform.
async function follows<T>(first: number, offset: number, start: (port: number) => Promise<T>): Promise<T> {
  if (first === 0) return start(0)
  try {
    return await start(first + offset)
  } catch {
    return start(0)
  }
}
