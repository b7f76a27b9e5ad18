/**
 * A probe for any monitoring system: one file, no dependencies, Node 22.18 or later (it runs as it is). Copy it into the system, open it
 * with an API key, and tell it what passes. docs/guides/probe-another-system.md.
 */

/** A page to be put in at the system's entrance, as if it had been fetched from `url`. */
export interface Plant {
  readonly id: string
  readonly url: string
  readonly title: string
  readonly description: string
  readonly category: string | null
  readonly brand: string | null
  readonly price: string | null
  readonly originalPrice: string | null
  readonly shop: string
  readonly attributes: { readonly [name: string]: string }
  readonly html: string
  readonly sha256: string
  /** RFC 3339; an answer after this is too late. */
  readonly dueAt: string
}

export interface ProbeOptions {
  /** Where Mingzheng is, such as `https://mingzheng.example`. */
  readonly url: string
  readonly apiKey: string
  readonly name: string
  /** The system's nodes in order: lower-case letters, digits and hyphens. */
  readonly nodes: readonly string[]
  /** An address like those that the system watches; those of plants are made like it. */
  readonly address: string
  /** Plants a day for each behaviour, and the share of honest look-alikes. */
  readonly perDay?: number
  readonly honest?: number
  readonly behaviours?: readonly string[]
  readonly answerMinutes?: number
  /** Puts a plant in where the system takes its pages from. */
  readonly put: (plant: Plant) => void | Promise<void>
  readonly onTrouble?: (error: Error) => void
  /** Milliseconds between two looks. Default 5,000. */
  readonly restMs?: number
}

/** What passed a node. */
export interface Passing {
  readonly through?: number
  readonly errors?: number
  /** Present values; the last of a minute counts. */
  readonly waiting?: number
  readonly lagMs?: number
  readonly version?: string
}

export interface Probe {
  /** Counts what passed a node. Cheap: call it for every page. */
  count(node: string, passing?: Passing): void
  /** Whether a page is planted. Ask where findings leave the system: what is planted goes no further. */
  isPlanted(url: string): boolean
  /** Says that a page has passed a node; of a page that is not planted nothing is said. */
  passed(url: string, node: string): void
  /** Says what was found of a page; true when it is planted and must not go further. */
  found(url: string, behaviour: string, reference?: string): boolean
  /** Says that the system is through with a page: what was found until now is the answer. */
  done(url: string): void
  /** Sends what is not sent, and ends. */
  stop(): Promise<void>
}

interface InPlay {
  readonly plant: Plant
  readonly findings: { behaviour: string; reference: string }[]
  done: boolean
}

type Reading = { through: number; errors: number; waiting: number | null; lagMs: number | null; version: string | null }

/** Registers the probe and begins. Rejects when Mingzheng refuses the key or the registration. */
export async function openProbe(options: ProbeOptions): Promise<Probe> {
  const { url, apiKey, name, nodes, address, restMs = 5000 } = options
  const plan = {
    ...(options.perDay === undefined ? {} : { perDay: options.perDay }),
    ...(options.honest === undefined ? {} : { honest: options.honest }),
    ...(options.behaviours === undefined ? {} : { behaviours: options.behaviours }),
    ...(options.answerMinutes === undefined ? {} : { answerMinutes: options.answerMinutes }),
  }
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(new URL(`/api/v1/probes${path}`, url), {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    if (!answer.ok) throw new Error(`${method} /api/v1/probes${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
  const { id } = (await call('POST', '', { name, nodes, address, ...plan })) as { id: string }

  const inPlay = new Map<string, InPlay>()
  const readings = new Map<string, Reading>()
  let passages: { plant: string; node: string; at: string }[] = []
  let stopped = false

  const minuteOf = (ms: number) => new Date(Math.floor(ms / 60_000) * 60_000).toISOString()

  async function takePlants(): Promise<void> {
    const { plants } = (await call('GET', `/${id}/plants`)) as { plants: Plant[] }
    for (const plant of plants) {
      if (inPlay.has(plant.url)) continue
      inPlay.set(plant.url, { plant, findings: [], done: false })
      await options.put(plant)
    }
    for (const [address, { plant }] of inPlay) {
      if (Date.parse(plant.dueAt) < Date.now() - 86_400_000) inPlay.delete(address)
    }
  }

  async function send(all: boolean): Promise<void> {
    const present = minuteOf(Date.now())
    // A minute is said once, when it is over.
    const over = [...readings].filter(([key]) => all || !key.startsWith(present))
    if (over.length > 0) {
      await call('POST', `/${id}/readings`, {
        readings: over.slice(0, 1000).map(([key, reading]) => {
          const [at, node] = key.split(' ')
          return { at, node, ...reading }
        }),
      })
      for (const [key] of over.slice(0, 1000)) readings.delete(key)
    }
    const said = passages.slice(0, 1000)
    if (said.length > 0) {
      await call('POST', `/${id}/passages`, { passages: said })
      passages = passages.slice(said.length)
    }
    const answered = [...inPlay.values()].filter(({ done }) => done).slice(0, 200)
    if (answered.length === 0) return
    await call('POST', `/${id}/answers`, {
      answers: answered.map(({ plant, findings }) => ({ plant: plant.id, findings: findings.slice(0, 20) })),
    })
    // It stays known as planted until long after: findings may come late.
    for (const one of answered) one.done = false
  }

  const turn = async (all = false) => {
    try {
      await send(all)
      if (!all) await takePlants()
    } catch (error) {
      options.onTrouble?.(error as Error)
    }
  }
  let wake: () => void = () => undefined
  const worker = (async () => {
    while (!stopped) {
      await turn()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    await turn(true)
  })()

  return {
    count(node, { through = 1, errors = 0, waiting, lagMs, version } = {}) {
      const key = `${minuteOf(Date.now())} ${node}`
      const known = readings.get(key)
      readings.set(key, {
        through: (known?.through ?? 0) + through,
        errors: (known?.errors ?? 0) + errors,
        waiting: waiting ?? known?.waiting ?? null,
        lagMs: lagMs ?? known?.lagMs ?? null,
        version: version ?? known?.version ?? null,
      })
    },
    isPlanted: (page) => inPlay.has(page),
    passed(page, node) {
      const plant = inPlay.get(page)?.plant
      if (plant !== undefined) passages.push({ plant: plant.id, node, at: new Date().toISOString() })
    },
    found(page, behaviour, reference = '') {
      const one = inPlay.get(page)
      one?.findings.push({ behaviour, reference })
      return one !== undefined
    },
    done(page) {
      const one = inPlay.get(page)
      if (one !== undefined) one.done = true
    },
    async stop() {
      stopped = true
      wake()
      await worker
    },
  }
}
