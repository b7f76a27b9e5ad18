import { Failure, type Refusal } from '@mingzheng/kernel'
import type { BrowserChoice } from './browser-choice.ts'

/** Where to look. `npmFolder` receives the unpacked browser of the npm package, once. */
export interface BrowserWish {
  /** `MINGZHENG_CHROMIUM`, read by the caller. */
  configured?: string
  npmFolder?: string
}

/** The browser that captures: the configured one, else one of the system, else the one that came by npm. */
export async function chooseBrowser(_wish: BrowserWish): Promise<BrowserChoice | Refusal<'browser-not-found'>> {
  throw new Failure('unreachable', 'being built')
}
