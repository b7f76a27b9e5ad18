/** The stage of the consortium's journeys: started as a user would, with `up --consortium`, and shared by all of them. */
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addressOf, createClient } from '@mingzheng/api'
import type { Browser } from '@playwright/test'
import { startUp, type Up } from '../launched-up.ts'
import { type Platform, signInAt } from '../platform/start-platform.ts'
import { captured, launchBrowser, type OpenPage, openPage, type Stage } from './stage.ts'

/** One member's node on this machine. */
export interface StageMember {
  readonly id: string
  readonly url: string
  /** Folder of its home. */
  readonly home: string
  /** Processes of this node: the program and its CometBFT. */
  pids(): Promise<number[]>
}

export interface ConsortiumStage {
  readonly up: Up
  readonly data: string
  readonly platform: Pick<Platform, 'url' | 'market' | 'signIn' | 'anonymous'>
  readonly browser: Browser
  readonly members: readonly StageMember[]
  /** The court's page for its clerks. */
  readonly court: { readonly url: string; readonly passphrase: string }
  /** Certificate number of a listing of the demo marketplace, in the case {@link CASE}. */
  readonly number: string
  /** Its package, as the officer downloads it. */
  readonly bytes: Uint8Array
  readonly open: Stage['open']
  end(): Promise<void>
}

/** Case that the stage's evidence is of. */
export const CASE = '杭市监案〔2026〕7号'

export async function setConsortiumStage(): Promise<ConsortiumStage> {
  const folder = await mkdtemp(join(tmpdir(), 'mz-consortium-'))
  // The database's and the browser's user passes through.
  await chmod(folder, 0o711)
  const data = join(folder, 'data')
  const up = await startUp(data, undefined, {}, ['--consortium'])
  const platform = {
    url: up.url,
    market: up.market,
    anonymous: createClient(up.url, fetch),
    signIn: (username: string) => signInAt(up.url, username),
  }
  const browser = await launchBrowser()
  const end = async () => {
    await browser.close()
    if (up.child.exitCode === null) await up.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const { cookie } = await platform.signIn('officer')
    const [number] = await captured(platform, 'officer', [`${up.market}/item/1001`], { caseReference: CASE })
    const address = up.url + addressOf('evidence.package', { params: { number: number! } })
    const bytes = new Uint8Array(await (await fetch(address, { headers: { cookie } })).arrayBuffer())
    const open: Stage['open'] = async (username, look) =>
      openPage(browser, up.url, username === null ? null : (await platform.signIn(username)).cookie, look)
    return {
      up,
      data,
      platform,
      browser,
      members: membersIn(up.said(), data),
      court: await courtOf(up.said()),
      number: number!,
      bytes,
      open,
      end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

/** The nodes as `up` names them. */
function membersIn(said: string, data: string): StageMember[] {
  return [...said.matchAll(/^ {4}(\w+) +(http:\/\/\S+)$/gm)].map(([, id, url]) => {
    const home = join(data, 'consortium', id!)
    return { id: id!, url: url!, home, pids: () => processesOf(home) }
  })
}

async function courtOf(said: string): Promise<ConsortiumStage['court']> {
  const [, url, file] = /(http:\/\/\S+\/court)\s+\S+\s+(?:\S+\s+)?(\/\S+)$/m.exec(said) ?? []
  if (url === undefined || file === undefined) throw new Error(`up named no court's page: ${said}`)
  return { url, passphrase: (await readFile(file, 'utf8')).trim() }
}

/** Processes that have this folder on their command line. */
async function processesOf(folder: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    const words = line.split('\0')
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
