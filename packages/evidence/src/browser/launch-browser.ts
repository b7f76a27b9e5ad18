/** Starts a browser in a fresh profile, as an unprivileged user, with its own process group, and ends all of it. */
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { Failure } from '@mingzheng/kernel'
import type { BrowserChoice } from './browser-choice.ts'
import { CdpConnection } from './cdp.ts'
import { browserEnvironment, endGroup } from './end-group.ts'
import { makeProfileFolder, type ProfileFolder, type UnprivilegedUser, unprivilegedUser } from './unprivileged-user.ts'

export type LaunchCode = 'browser-failed'

export interface LaunchOptions {
  browser: BrowserChoice
  /** `host:port` of the guard on loopback, through which every connection goes. */
  guard: string
  width: number
  height: number
  userAgent?: string
}

export interface RunningBrowser {
  readonly connection: CdpConnection
  readonly product: string
  readonly userAgent: string
  readonly profile: string
  /** Whether the browser was told to run without its sandbox, because it would not start with it. */
  readonly withoutSandbox: boolean
  readonly user: UnprivilegedUser | null
  /** Process group of the browser with all its processes. */
  readonly group: number
  /** Everything that was given to the program. */
  readonly arguments: readonly string[]
  /** Ends every process of the browser and removes the profile. May be called twice. */
  close(): Promise<void>
}

/** Height of what a browser window has around the page, CSS pixels. */
const WINDOW_FRAME = 87

/** Nothing of the browser may speak on its own, keep state elsewhere, or go round the guard. */
const QUIET_ARGUMENTS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-client-side-phishing-detection',
  '--disable-component-extensions-with-background-pages',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-field-trial-config',
  '--disable-quic',
  '--disable-sync',
  '--disable-backgrounding-occluded-windows',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-features=MediaRouter,OptimizationHints,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,InterestFeedContentSuggestions,GlobalMediaControls,DialMediaRouteProvider',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  '--metrics-recording-only',
  '--mute-audio',
  '--hide-scrollbars',
  '--screen-info={1920x1080}',
  // Painted by the processor: the same picture on every machine, and no limit of a graphics card on its height.
  '--disable-gpu',
  '--no-pings',
  '--no-service-autorun',
  '--password-store=basic',
  '--use-mock-keychain',
  '--force-color-profile=srgb',
  '--lang=zh-CN',
  '--accept-lang=zh-CN,zh',
  '--allow-browser-signin=false',
  // Pages that refuse automated browsers would show something else than they show to people.
  '--disable-blink-features=AutomationControlled',
  '--gaia-url=http://browser.invalid',
]

function browserArguments(options: LaunchOptions, profile: string, withoutSandbox: boolean): string[] {
  return [
    ...QUIET_ARGUMENTS,
    `--proxy-server=socks5://${options.guard}`,
    '--proxy-bypass-list=<-loopback>',
    `--window-size=${options.width},${options.height + WINDOW_FRAME}`,
    `--user-data-dir=${profile}/profile`,
    ...(options.userAgent === undefined ? [] : [`--user-agent=${options.userAgent}`]),
    ...(withoutSandbox ? ['--no-sandbox'] : []),
    ...options.browser.arguments,
    'about:blank',
  ]
}

/** Starts it with its sandbox; only where that fails, without, which `withoutSandbox` then says. */
export async function launchBrowser(options: LaunchOptions): Promise<RunningBrowser> {
  try {
    return await launch(options, false)
  } catch (failure) {
    try {
      return await launch(options, true)
    } catch {
      throw failure
    }
  }
}

async function launch(options: LaunchOptions, withoutSandbox: boolean): Promise<RunningBrowser> {
  const user = unprivilegedUser()
  const folder = await makeProfileFolder(user)
  const args = browserArguments(options, folder.path, withoutSandbox)
  const child = spawn(options.browser.executable, args, {
    cwd: folder.path,
    // A process group of its own, so that one signal ends the browser with all its children.
    detached: true,
    env: { ...browserEnvironment(folder.path), ...options.browser.environment },
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    ...(user === null ? {} : user),
  })
  let complaints = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    if (complaints.length < 20_000) complaints += chunk.toString()
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const connection = new CdpConnection(child.stdio[4] as Readable, child.stdio[3] as Writable)
  const close = closer(child.pid, exited, folder)
  try {
    const version = await connection.browser.send('Browser.getVersion', undefined, { timeoutMs: 20_000 })
    return {
      connection,
      product: version.product,
      userAgent: version.userAgent,
      profile: folder.path,
      withoutSandbox,
      user,
      group: child.pid!,
      arguments: args,
      close,
    }
  } catch (cause) {
    await close()
    const detail = complaints.trim().split('\n').slice(-3).join(' | ').slice(0, 500)
    throw new Failure<LaunchCode>('browser-failed', `the browser did not start: ${detail}`, {
      cause,
      remedy: 'run `mingzheng doctor`, or name another browser in MINGZHENG_CHROMIUM',
    })
  }
}

function closer(pid: number | undefined, exited: Promise<void>, folder: ProfileFolder): () => Promise<void> {
  let closing: Promise<void> | null = null
  return () => {
    closing ??= (async () => {
      if (pid !== undefined) {
        await endGroup(pid)
        await exited
        // A child that was being started while the first signal went out.
        await endGroup(pid)
      }
      await folder.remove()
    })()
    return closing
  }
}
