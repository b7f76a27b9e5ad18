import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { askProcess } from './ask-process.ts'
import {
  type ConsortiumPlan,
  foundedSchema,
  type RunningConsortium,
  requireCometbft,
  startNodes,
} from './consortium-up.ts'

const platformSchema = z.object({ host: z.string(), province: z.string(), demo: z.boolean() })

/** The courts' chain lies beside the platform's data folder: the two have no folder in common. */
export function courtChainFolder(data: string): string {
  return join(dirname(data), `${basename(data)}-courts`)
}

/** Whether the courts' chain was founded beside this data folder: then it is started each time. */
export function hasCourtChain(data: string): boolean {
  return existsSync(join(courtChainFolder(data), 'founding.json'))
}

/**
 * Founds the courts' own consortium on the first start, runs its nodes, and lets each ledger register the other's policy by its
 * members' votes. The platform's consortium runs already. Throws `cometbft-missing`, and what the nodes refuse.
 */
export async function startCourtChain(context: Context, plan: ConsortiumPlan): Promise<RunningConsortium> {
  const cometbft = requireCometbft(context)
  const folder = courtChainFolder(plan.data)
  await mkdir(join(folder, 'log'), { recursive: true, mode: 0o700 })
  const ask = (name: string, ...order: string[]) =>
    askProcess({
      name,
      node: context.node,
      program: [join(context.root, 'apps/node/src/main.ts'), ...order],
      environment: { ...context.environment, MINGZHENG_COMETBFT: cometbft },
      logFile: join(folder, 'log', 'founding.log'),
    })
  const place = join(folder, 'place.json')
  if (!hasCourtChain(plan.data)) {
    context.say({ zh: '正在建立法院链……', en: 'founding the courts’ own chain...' })
    const { host, province, demo } = platformSchema.parse(
      JSON.parse(await readFile(join(plan.data, 'consortium', 'platform.json'), 'utf8')),
    )
    await writeFile(place, JSON.stringify({ host, province, demo }))
  }
  const founded = foundedSchema.parse(await ask('founding', 'found-courts-locally', folder, place))
  const nodes = await startNodes(context, founded.consortium, {
    cometbft,
    logFolder: join(folder, 'log'),
    onRestart: (name, reason, wait) => plan.onRestart(`courts’ ${name}`, reason, wait),
  })
  try {
    await introduce(ask, folder, join(plan.data, 'consortium'))
    return nodes
  } catch (error) {
    await nodes.stop()
    throw error
  }
}

/** Each by its own members' votes, in a process of its own that knows the other's founding file and nothing else of it. */
async function introduce(
  ask: (name: string, ...order: string[]) => Promise<unknown>,
  courts: string,
  platform: string,
): Promise<void> {
  await ask('courts', 'register-locally', courts, join(platform, 'founding.json'))
  await ask('platform', 'register-locally', platform, join(courts, 'founding.json'))
}
