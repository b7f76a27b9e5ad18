/** A light copy as a process: follows the members, checks everything, serves the log and look-ups, has no vote and no key. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeJson, Failure, fromHex, type JsonValue, toBase64 } from '@mingzheng/kernel'
import { LightCopy, type LightSource, type SourceState } from '@mingzheng/ledger'
import { encodePolicy } from '@mingzheng/proof'
import type { Logger } from 'pino'
import { z } from 'zod'
import { type Founding, parseFounding, requireComplete } from '../ceremony/founding.ts'
import { writeWhole } from '../home/write-whole.ts'
import { createApp } from '../http/app.ts'
import { registerLog } from '../http/log-route.ts'
import { readAt } from '../http/peers.ts'
import { registerReceipts } from '../http/receipt-route.ts'

const schema = z.strictObject({
  version: z.literal(1),
  public: z.strictObject({ host: z.string().min(1), port: z.number().int().min(0).max(65535) }),
  /** Pause between two rounds, milliseconds. */
  followMs: z.number().int().min(100).default(2000),
})
type LightConfiguration = z.input<typeof schema>

/** A folder that follows the consortium of a founding file. Throws `founding-*`. */
export async function makeLightHome(
  home: string,
  founding: Uint8Array,
  at: LightConfiguration['public'],
): Promise<void> {
  requireComplete(parseFounding(founding))
  await writeWhole(join(home, 'founding.json'), founding)
  await writeWhole(join(home, 'light.json'), encodeJson({ version: 1, public: at } as JsonValue))
}

export interface RunningLight {
  readonly url: string
  readonly copy: LightCopy
  /** What each member was found to be in the last round. */
  readonly states: readonly SourceState[]
  stop(): Promise<void>
}

/** Throws `home-incomplete`, `founding-*`, and what `LightCopy.open` throws. */
export async function startLight(home: string, logger: Logger): Promise<RunningLight> {
  const { founding, configuration } = await readLightHome(home)
  const sources = founding.requests.flatMap(({ member: { id, url } }): LightSource[] => {
    return url === undefined ? [] : [{ id, read: (path) => readAt(`${url}/log/${path}`) }]
  })
  const copy = LightCopy.open({ folder: join(home, 'ledger'), policy: founding.genesis.policy, sources })
  let states: readonly SourceState[] = []
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  const round = async (): Promise<void> => {
    try {
      states = await copy.follow()
      const bad = states.filter(({ state }) => state === 'forked' || state === 'broken')
      if (bad.length > 0) logger.fatal({ members: bad }, 'a member shows another log than this copy holds')
    } catch (error) {
      if (!stopped) logger.error({ err: error }, 'the copy could not follow')
    }
    if (!stopped) timer = setTimeout(() => void round(), configuration.followMs)
  }
  const app = createApp()
  registerLog(app, copy)
  const headers = { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*' }
  registerReceipts(app, (index) => copy.receipt(index))
  app.get<{ Params: { digest: string } }>('/lookup/:digest', (request, reply) => {
    const { digest } = request.params
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new Failure('input-wrong', 'a digest has 64 hexadecimal digits')
    const found = copy.lookup(fromHex(digest)).map(({ index, entry }) => ({ index, entry: toBase64(entry) }))
    return reply.headers(headers).send(found)
  })
  app.get('/policy.json', (_request, reply) => reply.headers(headers).send(Buffer.from(encodePolicy(copy.policy))))
  app.get('/health', (_request, reply) => {
    const forked = states.some(({ state }) => state === 'forked' || state === 'broken')
    const current = states.some(({ state }) => state === 'same')
    const state = forked ? 'disagrees' : current ? 'ready' : 'unreached'
    return reply.code(state === 'ready' ? 200 : 503).send({ light: true, state, size: copy.size, members: states })
  })
  try {
    await round()
    const url = await app.listen(configuration.public)
    const stop = async () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      app.server.closeAllConnections()
      await app.close()
      await copy.close()
    }
    return {
      url,
      copy,
      get states() {
        return states
      },
      stop,
    }
  } catch (error) {
    stopped = true
    await copy.close()
    throw error
  }
}

async function readLightHome(home: string): Promise<{ founding: Founding; configuration: z.output<typeof schema> }> {
  try {
    const founding = parseFounding(new Uint8Array(await readFile(join(home, 'founding.json'))))
    requireComplete(founding)
    const configuration = schema.parse(JSON.parse(await readFile(join(home, 'light.json'), 'utf8')))
    return { founding, configuration }
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure('home-incomplete', `${home} is no light copy: ${(cause as Error).message}`, {
      cause,
      remedy: './mingzheng consortium light FOUNDING --home FOLDER --host ADDRESS',
    })
  }
}
