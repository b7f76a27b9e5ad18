import { createWriteStream } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import { makeBackup } from '../backup/make-backup.ts'
import { outsideProgram } from '../backup/outside-program.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { buildStale } from './build.ts'
import { type Claim, claimData } from './claim.ts'
import {
  type ConsortiumPlan,
  hasConsortium,
  type RunningConsortium,
  requireCometbft,
  startConsortium,
} from './consortium-up.ts'
import { hasCourtChain, startCourtChain } from './court-chain-up.ts'
import { freePort, freePortPair, portIsFree } from './free-port.ts'
import { type Ready, type SupervisedProcess, supervise } from './supervised-process.ts'

const DEFAULT_PORT = 8420
const DEMO_PORT = 8430

export const up: Command = {
  name: 'up',
  usage: 'up [--port N] [--host ADDRESS] [--data FOLDER] [--no-demo] [--consortium] [--with-court-chain]',
  summary: {
    zh: '启动本机的全部服务，打印唯一的地址与登录方式；Ctrl-C 依次停止',
    en: 'starts everything, prints one address and how to sign in; Ctrl-C stops it in order',
  },
  async run(context, args) {
    const read = readArguments(args, {
      port: { type: 'string' },
      host: { type: 'string' },
      data: { type: 'string' },
      'no-demo': { type: 'boolean' },
      consortium: { type: 'boolean' },
      'with-court-chain': { type: 'boolean' },
    })
    const data = dataFolder(context, textOption(read, 'data'))
    const host = textOption(read, 'host') ?? (context.environment.MINGZHENG_HOST || '127.0.0.1')
    const wanted = readPort(textOption(read, 'port') ?? (context.environment.MINGZHENG_PORT || String(DEFAULT_PORT)))
    // A server that is started again must be found where it was.
    const port = wanted === 0 ? await freePortPair() : wanted
    await prepareFolder(data)
    const claim = await claimData(data)
    if ('pid' in claim) {
      context.say({
        zh: `${data} 上已有一个实例在运行（进程 ${claim.pid}）：${claim.url ?? '正在启动'}`,
        en: `an instance already runs on ${data} (process ${claim.pid}): ${claim.url ?? 'it is starting'}`,
      })
      return 1
    }
    const courtChain = switchOption(read, 'with-court-chain') || hasCourtChain(data)
    try {
      await runUntilStopped(context, claim, {
        data,
        host,
        port,
        demo: !switchOption(read, 'no-demo'),
        consortium: switchOption(read, 'consortium') || courtChain || hasConsortium(data),
        courtChain,
      })
      return 0
    } finally {
      await claim.release()
    }
  },
}

interface Plan {
  readonly data: string
  readonly host: string
  readonly port: number
  readonly demo: boolean
  /** Five organisations' nodes on this machine; once founded, always. */
  readonly consortium: boolean
  /** The courts' own chain beside it; once founded, always. */
  readonly courtChain: boolean
}

async function runUntilStopped(context: Context, claim: Claim, plan: Plan): Promise<void> {
  if (context.superuser) {
    context.say({
      zh: `以 root 启动：数据在 ${plan.data}，数据库与浏览器以无特权用户运行。`,
      en: `started as root: data lies in ${plan.data}; the database and the browser run as an unprivileged user.`,
    })
  }
  await checkPorts(plan)
  // Told before anything is built.
  if (plan.consortium || plan.courtChain) requireCometbft(context)
  await buildStale(context)
  if (context.stop.aborted) return
  const started: { stop(): Promise<void> }[] = []
  try {
    const consortium = plan.consortium ? await startConsortium(context, consortiumPlan(context, plan)) : null
    if (consortium !== null) started.unshift(consortium)
    const courts = plan.courtChain ? await startCourtChain(context, consortiumPlan(context, plan)) : null
    if (courts !== null) started.unshift(courts)
    const demo = plan.demo ? await startDemo(context, plan) : null
    if (demo !== null) started.unshift(demo)
    const server = await startServer(context, plan, demo?.ready ?? null, consortium)
    started.unshift(server)
    claim.announce(server.ready.url)
    const backup = (target: string, withoutBucket: boolean) =>
      makeBackup({
        data: plan.data,
        target,
        withoutBucket,
        clock: context.clock,
        environment: context.environment,
        outside: outsideProgram(context),
        quietly: (work) => server.pausedFor(work),
      })
    claim.onOrder('backup', (target) => backup(target, false))
    claim.onOrder('backup-without-bucket', (target) => backup(target, true))
    announce(context, server.ready, demo?.ready ?? null, { consortium, courts })
    await stopped(context.stop)
    context.say({ zh: '正在停止……', en: 'stopping...' })
  } finally {
    for (const child of started) await child.stop()
  }
}

// The server takes its port and, for replays, the next one.
async function checkPorts({ host, port }: Plan): Promise<void> {
  for (const taken of [port, port + 1]) {
    if (await portIsFree(taken, host)) continue
    throw new Failure('port-busy', `something else listens on ${host}:${taken}`, {
      field: '--port',
      remedy: `./mingzheng up --port ${port + 20}`,
    })
  }
}

async function startDemo(context: Context, plan: Plan): Promise<SupervisedProcess> {
  const port = (await portIsFree(DEMO_PORT, '127.0.0.1')) ? DEMO_PORT : await freePort()
  return supervise({
    name: 'demo',
    node: context.node,
    program: join(context.root, 'demo/src/main.ts'),
    environment: { ...context.environment, MINGZHENG_DEMO_PORT: String(port) },
    logFile: join(plan.data, 'log', 'demo.log'),
    startWithin: 30_000,
    onRestart: (reason, wait) => told(context, plan, 'demo', reason, wait),
  })
}

function consortiumPlan(context: Context, plan: Plan): ConsortiumPlan {
  return {
    data: plan.data,
    server: serverEnvironment(context, plan),
    onRestart: (name, reason, wait) => told(context, plan, name, reason, wait),
  }
}

function serverEnvironment(context: Context, plan: Plan): NodeJS.ProcessEnv {
  return {
    ...context.environment,
    MINGZHENG_DATA: plan.data,
    MINGZHENG_PORT: String(plan.port),
    MINGZHENG_HOST: plan.host,
    MINGZHENG_DEMO: plan.demo ? '1' : '0',
    MINGZHENG_WATCHERS: context.environment.MINGZHENG_WATCHERS || '1',
  }
}

async function startServer(
  context: Context,
  plan: Plan,
  demo: Ready | null,
  consortium: RunningConsortium | null,
): Promise<SupervisedProcess> {
  return supervise({
    name: 'server',
    node: context.node,
    program: join(context.root, 'apps/server/src/main.ts'),
    environment: {
      ...serverEnvironment(context, plan),
      ...consortium?.environment,
      ...(demo === null ? {} : { MINGZHENG_DEMO_MARKET: demo.url }),
      ...(demo?.platforms === undefined ? {} : { MINGZHENG_DEMO_PLATFORMS: JSON.stringify(demo.platforms) }),
    },
    logFile: join(plan.data, 'log', 'server.log'),
    startWithin: 180_000,
    onRestart: (reason, wait) => told(context, plan, 'server', reason, wait),
  })
}

function told(context: Context, plan: Plan, name: string, reason: string, wait: number): void {
  context.say({
    zh: `${name} 意外结束（${reason}），${wait} 毫秒后重新启动`,
    en: `${name} ended unexpectedly (${reason}); starting it again in ${wait} ms`,
  })
  const log = createWriteStream(join(plan.data, 'log', 'up.log'), { flags: 'a' })
  log.end(`${JSON.stringify({ time: context.clock.now(), restart: name, reason })}\n`)
}

interface Chains {
  readonly consortium: RunningConsortium | null
  readonly courts: RunningConsortium | null
}

function announce(context: Context, server: Ready, demo: Ready | null, { consortium, courts }: Chains): void {
  const signIn = server.signIn as
    | { username?: string; password?: string; note?: { zh: string; en: string } }
    | undefined
  context.print('')
  context.print({ zh: `  明证已就绪：${server.url}`, en: `  Mingzheng is ready: ${server.url}` }[context.language])
  if (signIn?.username !== undefined) {
    const words = { zh: '登录', en: 'sign in' }[context.language]
    context.print(`  ${words}: ${signIn.username}  ${signIn.password ?? ''}`)
  }
  if (signIn?.note !== undefined) context.print(`  ${signIn.note[context.language]}`)
  if (demo !== null) {
    context.print({ zh: `  演示商城：${demo.url}`, en: `  demo marketplace: ${demo.url}` }[context.language])
    for (const { name, url } of (demo.platforms ?? []).slice(1)) context.print(`    ${name} ${url}`)
  }
  if (consortium !== null) announceNodes(context, consortium, { zh: '联盟成员节点', en: 'members of the consortium' })
  if (courts !== null) announceNodes(context, courts, { zh: '法院链成员节点', en: 'members of the courts’ own chain' })
  context.print({ zh: '  Ctrl-C 停止', en: '  Ctrl-C stops it' }[context.language])
  context.print('')
}

function announceNodes(
  context: Context,
  { members, court }: RunningConsortium,
  title: { readonly zh: string; readonly en: string },
): void {
  context.print(`  ${title[context.language]}${{ zh: '：', en: ':' }[context.language]}`)
  for (const { id, url } of members) context.print(`    ${id.padEnd(15)} ${url ?? ''}`)
  if (court === null) return
  const words = {
    zh: `  法院查询页：${court.url}  口令见 ${court.passphraseFile}`,
    en: `  court's page: ${court.url}  passphrase in ${court.passphraseFile}`,
  }
  context.print(words[context.language])
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  // The timer keeps the process alive while there is nothing else to wait for.
  const alive = setInterval(() => {}, 60_000)
  return new Promise((done) => {
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(alive)
        done()
      },
      { once: true },
    )
  })
}

// Others may pass through the folder (the database's user must), but not list it.
async function prepareFolder(data: string): Promise<void> {
  try {
    await mkdir(join(data, 'log'), { recursive: true })
    await chmod(data, 0o711)
  } catch (cause) {
    throw new Failure('data-unwritable', `the data folder ${data} cannot be written`, {
      field: '--data',
      remedy: './mingzheng up --data FOLDER',
      cause,
    })
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw new Failure('argument-wrong', `${text} is not a port`, { field: '--port', remedy: 'a number from 0 to 65535' })
}
