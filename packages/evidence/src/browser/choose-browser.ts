/** Finds the browser that captures: named by the deployment, of the system, or the one that came by npm. */
import { access, constants } from 'node:fs/promises'
import { type Refusal, refuse } from '@mingzheng/kernel'
import type { BrowserChoice } from './browser-choice.ts'
import { npmChromium } from './npm-chromium.ts'

/** Where to look. `npmFolder` receives the unpacked browser of the npm package, once; without it that one is not used. */
export interface BrowserWish {
  /** `MINGZHENG_CHROMIUM`, read by the caller. */
  configured?: string
  npmFolder?: string
  /** Programs looked for on the system, in order; the usual places when left out. */
  systemPaths?: readonly string[]
}

const USUAL_PLACES: Readonly<Record<string, readonly string[]>> = {
  linux: [
    '/usr/lib/chromium/chromium',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/snap/bin/chromium',
    '/opt/google/chrome/chrome',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/opt/microsoft/msedge/msedge',
    '/usr/bin/microsoft-edge',
  ],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}

/**
 * The browser that captures. A configured one that cannot be run is refused, not passed over: a deployment that names
 * a browser means it. Starts nothing.
 */
export async function chooseBrowser(wish: BrowserWish): Promise<BrowserChoice | Refusal<'browser-not-found'>> {
  if (wish.configured !== undefined && wish.configured !== '') {
    if (await isProgram(wish.configured)) return plain('configured', wish.configured)
    return refuse('browser-not-found', `${wish.configured} is no program that can be run`, {
      field: 'MINGZHENG_CHROMIUM',
      remedy: 'name the program of a Chromium, Chrome or Edge, or leave the variable out',
    })
  }
  for (const path of wish.systemPaths ?? USUAL_PLACES[process.platform] ?? []) {
    if (await isProgram(path)) return plain('system', path)
  }
  const fromNpm = wish.npmFolder === undefined ? null : await npmChromium(wish.npmFolder)
  if (fromNpm !== null) return fromNpm
  return refuse('browser-not-found', 'there is no Chromium, Chrome or Edge on this machine, and none came by npm', {
    remedy: 'install Chromium, or run `npm ci` with optional dependencies',
  })
}

function plain(kind: 'configured' | 'system', executable: string): BrowserChoice {
  return { kind, executable, arguments: [], environment: {}, lacks: [] }
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
