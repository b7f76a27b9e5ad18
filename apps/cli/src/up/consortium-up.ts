import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { findTool, toolNamed } from '../doctor/tool.ts'
import { askProcess } from './ask-process.ts'
import { type SupervisedProcess, supervise } from './supervised-process.ts'

/** The members' nodes of one ledger on this machine. */
export interface RunningConsortium {
  /** What the platform's server is told to find its node. */
  readonly environment: NodeJS.ProcessEnv
  readonly members: readonly { readonly id: string; readonly url: string | null }[]
  /** A court's page for its clerks, and the file with their passphrase; `null` without a court. */
  readonly court: { readonly url: string; readonly passphraseFile: string } | null
  /** Stops all nodes. */
  stop(): Promise<void>
}

export interface ConsortiumPlan {
  readonly data: string
  /** Variables for the platform's server: who it is must be known before the founding. */
  readonly server: NodeJS.ProcessEnv
  onRestart(name: string, reason: string, afterMs: number): void
}

export const foundedSchema = z.object({
  consortium: z.object({
    origin: z.string(),
    ledgerUrl: z.string(),
    tokenFile: z.string(),
    homes: z.array(z.object({ id: z.string(), home: z.string(), url: z.string().nullable() })),
  }),
})

/** Whether a data folder's ledger is a consortium's: then it is never the embedded one again. */
export function hasConsortium(data: string): boolean {
  return existsSync(join(data, 'consortium', 'founding.json'))
}

/** Founds the consortium on the first start, then runs its nodes. Throws `cometbft-missing`, and what the nodes refuse. */
export async function startConsortium(context: Context, plan: ConsortiumPlan): Promise<RunningConsortium> {
  const cometbft = requireCometbft(context)
  const { consortium } = await found(context, plan, cometbft)
  return startNodes(context, consortium, { cometbft, logFolder: join(plan.data, 'log'), onRestart: plan.onRestart })
}

/** Throws `cometbft-missing`. */
export function requireCometbft(context: Context): string {
  const cometbft = findTool('cometbft', context.environment)
  if (cometbft !== null) return cometbft
  throw new Failure('cometbft-missing', 'CometBFT is not on this machine; a consortium orders by it', {
    remedy: toolNamed('cometbft').remedy,
  })
}

/** What a founding says of where its members are. */
export type FoundedConsortium = z.infer<typeof foundedSchema>['consortium']

interface NodesPlan extends Pick<ConsortiumPlan, 'onRestart'> {
  readonly cometbft: string
  readonly logFolder: string
}

/** Runs the node of every member of a founded ledger. */
export async function startNodes(
  context: Context,
  consortium: FoundedConsortium,
  { cometbft, logFolder, onRestart }: NodesPlan,
): Promise<RunningConsortium> {
  const started = await Promise.allSettled(
    consortium.homes.map(({ id, home }) =>
      supervise({
        name: id,
        node: context.node,
        program: join(context.root, 'apps/node/src/main.ts'),
        arguments: ['run', home],
        environment: { ...context.environment, MINGZHENG_COMETBFT: cometbft },
        logFile: join(logFolder, `node-${id}.log`),
        startWithin: 120_000,
        onRestart: (reason, wait) => onRestart(`node ${id}`, reason, wait),
      }),
    ),
  )
  const nodes = started.flatMap((one): SupervisedProcess[] => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  const failed = started.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  return {
    environment: {
      MINGZHENG_LEDGER_URL: consortium.ledgerUrl,
      MINGZHENG_LEDGER_TOKEN_FILE: consortium.tokenFile,
      MINGZHENG_LEDGER_ORIGIN: consortium.origin,
    },
    members: consortium.homes,
    court: courtOf(nodes, consortium.homes),
    stop,
  }
}

/** What the court's node says of its page when it is ready. */
function courtOf(
  nodes: readonly SupervisedProcess[],
  homes: readonly { readonly id: string; readonly home: string }[],
) {
  for (const [i, { ready }] of nodes.entries()) {
    if (typeof ready.courtUrl !== 'string') continue
    return { url: ready.courtUrl, passphraseFile: join(homes[i]!.home, 'clerk') }
  }
  return null
}

async function found(context: Context, { data, server }: ConsortiumPlan, cometbft: string) {
  const folder = join(data, 'consortium')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const platform = join(folder, 'platform.json')
  const ask = (name: string, program: readonly string[], environment: NodeJS.ProcessEnv) =>
    askProcess({ name, node: context.node, program, environment, logFile: join(data, 'log', 'consortium.log') })
  if (!hasConsortium(data)) {
    context.say({ zh: '正在建立五家机构的联盟账本……', en: 'founding a consortium of five organisations...' })
    const prepare = [join(context.root, 'apps/server/src/main.ts'), 'prepare-consortium', platform]
    await ask('server', prepare, server)
  }
  const local = [join(context.root, 'apps/node/src/main.ts'), 'found-locally', folder, platform]
  return foundedSchema.parse(await ask('founding', local, { ...context.environment, MINGZHENG_COMETBFT: cometbft }))
}
