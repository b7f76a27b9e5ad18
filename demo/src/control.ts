import { timingSafeEqual } from 'node:crypto'
import type { Demo } from './demo.ts'
import { LISTING_BEHAVIOURS } from './market/truth.ts'
import { jsonAnswer, type Site, serve, type Visit } from './site/serve.ts'

/**
 * A door of its own for whoever tries a monitoring system on the demo: with `Authorization: Bearer TOKEN`,
 * `POST /plant?platform=&behaviour=` puts up a listing that breaks a rule and answers `{id, url}`; `DELETE /plant?platform=&id=`
 * takes it down; `PUT /settings?platform=&layout=a|b&decoys=0|1` switches a platform. The platforms know nothing of it.
 */
export function startControl(port: number, token: string, demo: Demo): Promise<Site> {
  const right = Buffer.from(`Bearer ${token}`)
  return serve(port, (visit) => {
    const given = Buffer.from(visit.header('authorization'))
    if (given.length !== right.length || !timingSafeEqual(given, right)) return jsonAnswer({ error: 'forbidden' }, 403)
    const ask = (name: string) => visit.url.searchParams.get(name) ?? ''
    const platform = demo.platforms.find(({ id }) => id === ask('platform'))
    if (platform === undefined) return jsonAnswer({ error: 'platform' }, 404)
    return act(visit, ask, platform, demo)
  })
}

const ITEM_PATH: Readonly<Record<string, string>> = { jiangnan: 'item', shanhe: 'g', xiaoman: 'p' }

function act(
  { method, url }: Visit,
  ask: (name: string) => string,
  platform: { readonly id: string; readonly url: string },
  demo: Demo,
): ReturnType<typeof jsonAnswer> {
  const { shelf, settings } = demo.partsOf(platform.id)
  switch (`${method} ${url.pathname}`) {
    case 'POST /plant': {
      const behaviour = LISTING_BEHAVIOURS.find((each) => each === ask('behaviour'))
      if (behaviour === undefined) return jsonAnswer({ error: 'behaviour' }, 400)
      const id = shelf.plant(behaviour)
      return jsonAnswer({ id, url: `${platform.url}/${ITEM_PATH[platform.id]}/${id}` })
    }
    case 'DELETE /plant':
      return shelf.withdraw(ask('id')) ? jsonAnswer({}) : jsonAnswer({ error: 'not-found' }, 404)
    case 'PUT /settings':
      if (ask('layout') !== '') settings.layout = ask('layout') === 'b' ? 'b' : 'a'
      if (ask('decoys') !== '') settings.decoys = ask('decoys') === '1'
      return jsonAnswer(settings)
    default:
      return jsonAnswer({ error: 'not-found' }, 404)
  }
}
