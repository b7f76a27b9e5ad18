/**
 * The stage of the consortium's journeys, shared by all of them: an installation with evidence of its own ledger, moved into a
 * consortium as a user would, by `up --consortium` on the same data.
 */
import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf } from '@mingzheng/api'
import { systemClock } from '@mingzheng/kernel'
import type { Browser } from '@playwright/test'
import { consortium } from '../../apps/node/src/command/consortium.ts'
import { startUp, type Up } from '../launched-up.ts'
import { type Platform, signInAt } from '../platform/start-platform.ts'
import { captured, launchBrowser, openPage, type Stage } from './stage.ts'

/** One member's node on this machine. */
export interface StageMember {
  readonly id: string
  readonly url: string
  /** Folder of its home. */
  readonly home: string
  /** Processes of this node, its program and its CometBFT; or those of one whose command has this word in it. */
  pids(program?: 'main.ts' | 'cometbft'): Promise<number[]>
}

export interface ConsortiumStage {
  /** The running `up` of the moment: a journey may start it anew. */
  up: Up
  readonly data: string
  readonly platform: Pick<Platform, 'url' | 'market' | 'signIn'>
  readonly browser: Browser
  readonly members: readonly StageMember[]
  /** The court's page for its clerks. */
  readonly court: { readonly url: string; readonly passphrase: string }
  /** Certificate number of a listing of the demo marketplace, in the case {@link CASE}. */
  readonly number: string
  /** Its package, as the officer downloads it: a file. */
  readonly file: string
  /** Evidence that was fixed before the consortium: its number, and its package as a file. */
  readonly former: { readonly number: string; readonly file: string }
  /** For files of the journeys. */
  readonly folder: string
  readonly open: Stage['open']
  /** What `mingzheng consortium` does at a member's own machine. */
  consortium(id: string, ...args: string[]): Promise<void>
  end(): Promise<void>
}

/** Case that the stage's evidence is of. */
export const CASE = '杭市监案〔2026〕7号'

/** Sets the stage in `stage`, which its journeys share: what one starts anew all see. */
export async function setConsortiumStage(stage = {} as Writable<ConsortiumStage>): Promise<ConsortiumStage> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-consortium-'))
  // The database's and the browser's user passes through.
  await chmod(folder, 0o711)
  const data = join(folder, 'data')
  Object.assign(stage, { folder, data })
  stage.end = async () => {
    await stage.browser?.close()
    const ended = stage.up === undefined || stage.up.child.exitCode !== null || stage.up.child.signalCode !== null
    if (!ended) await stage.up.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    stage.up = await startUp(data)
    const numberBefore = await capturedAt(stage.up, '/item/1002')
    stage.former = { number: numberBefore, file: await downloaded(stage.up, numberBefore, join(folder, 'former.zip')) }
    assert.equal(await stage.up.stop(), 0)
    stage.up = await startConsortium(data)
    stage.platform = platformOf(stage)
    stage.browser = await launchBrowser()
    stage.number = await capturedAt(stage.up, '/item/1001', CASE)
    stage.file = await downloaded(stage.up, stage.number, join(folder, 'evidence.zip'))
    stage.members = membersIn(stage.up.said(), data)
    stage.court = (await courtsOf(stage.up.said()))[0]!
    stage.open = async (username, look) => {
      const cookie = username === null ? null : (await stage.platform.signIn(username)).cookie
      const opened = await openPage(stage.browser, stage.up.url, cookie, look)
      // Ten processes share the machine with the page.
      opened.page.setDefaultTimeout(90_000)
      return opened
    }
    stage.consortium = async (id, ...args) => {
      const home = stage.members.find((member) => member.id === id)!.home
      const terminal = { language: 'en' as const, folder, print: () => undefined }
      await consortium(terminal, [...args, '--home', home], systemClock)
    }
    return stage
  } catch (error) {
    await stage.end()
    throw error
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** `up --consortium` on a data folder, as a user types it, with more options if he likes. */
export function startConsortium(data: string, ...more: string[]): Promise<Up> {
  return startUp(data, undefined, {}, ['--consortium', ...more])
}

function platformOf(stage: Pick<ConsortiumStage, 'up'>): ConsortiumStage['platform'] {
  return {
    get url() {
      return stage.up.url
    },
    get market() {
      return stage.up.market
    },
    signIn: (username) => signInAt(stage.up.url, username),
  }
}

/** Captures a listing of the demo marketplace as an officer; its number once it is fixed. */
export async function capturedAt(up: Up, item: string, caseReference?: string): Promise<string> {
  const platform = { signIn: (username: string) => signInAt(up.url, username) }
  const facts = caseReference === undefined ? {} : { caseReference }
  const [number] = await captured(platform, 'officer', [up.market + item], facts)
  return number!
}

export async function downloaded(up: Up, number: string, file: string): Promise<string> {
  const { cookie } = await signInAt(up.url, 'officer')
  const address = up.url + addressOf('evidence.package', { params: { number } })
  await writeFile(file, new Uint8Array(await (await fetch(address, { headers: { cookie } })).arrayBuffer()))
  return file
}

/** The nodes as `up` names them. */
function membersIn(said: string, data: string): StageMember[] {
  return [...said.matchAll(/^ {4}(\w+) +(http:\/\/\S+)$/gm)].map(([, id, url]) => {
    const home = join(data, 'consortium', id!)
    return { id: id!, url: url!, home, pids: (program) => processesOf(home, program) }
  })
}

/** Courts' pages as `up` names them: that of the platform's ledger, then that of the courts' own chain. */
export async function courtsOf(said: string): Promise<ConsortiumStage['court'][]> {
  const named = [...said.matchAll(/(http:\/\/\S+\/court)\s+\S+\s+(?:\S+\s+)?(\/\S+)$/gm)]
  if (named.length === 0) throw new Error(`up named no court's page: ${said}`)
  return Promise.all(
    named.map(async ([, url, file]) => ({ url: url!, passphrase: (await readFile(file!, 'utf8')).trim() })),
  )
}

/** Processes that have this folder on their command line. */
export async function processesOf(folder: string, program = ''): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    const words = line.split('\0')
    if (!words.slice(0, 5).some((word) => word.endsWith(program))) continue
    if (words.some((word) => word === folder || word.startsWith(`${folder}/`))) found.push(Number(name))
  }
  return found
}

/** Looks again until it is so; fails after `withinMs` with what it waited for. */
export async function until(what: string, so: () => Promise<boolean>, withinMs = 90_000): Promise<void> {
  for (const end = performance.now() + withinMs; !(await so()); ) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`)
    await pause(250)
  }
}
