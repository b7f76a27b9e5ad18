/** What a capture is asked to do, and the bounds that a hostile page cannot move. */
import type { Clock } from '@mingzheng/kernel'
import type { BrowserChoice } from '../browser/browser-choice.ts'
import type { CaptureEvent } from './capture-event.ts'
import type { TimeSource } from './clock-check.ts'
import type { NameResolver } from './guard/name-resolver.ts'
import type { LiveSession } from './live-session.ts'

/** Declared bounds; they stand in the environment report. Passing one ends the step and marks the capture incomplete. */
export interface CaptureLimits {
  /** Longest a whole capture may take, milliseconds. */
  totalMs: number
  /** Longest wait for the document of one page, milliseconds. */
  openMs: number
  /** Longest wait for quiet after opening and after scrolling, milliseconds each. */
  settleMs: number
  /** Longest scrolling of one page, milliseconds. */
  scrollMs: number
  /** Bytes that may come over the network, as sent by the servers. */
  networkBytes: number
  /** Bytes that may come out of content decoding: what stops a decompression bomb. */
  decodedBytes: number
  /** Memory that the browser with all its processes may hold, bytes; watched where the system tells. */
  memoryBytes: number
  /** Requests of the whole capture. */
  requests: number
  /** Tallest full-page picture, CSS pixels; what lies below is not pictured. */
  pageHeight: number
  /** Pop-up windows that are let in; further ones are closed. */
  popups: number
  /** Dialogs that are answered on a page before its script is stopped. */
  dialogs: number
}

export const CAPTURE_LIMITS: CaptureLimits = {
  totalMs: 180_000,
  openMs: 45_000,
  settleMs: 10_000,
  scrollMs: 30_000,
  networkBytes: 300_000_000,
  decodedBytes: 500_000_000,
  memoryBytes: 3_000_000_000,
  requests: 5_000,
  pageHeight: 60_000,
  popups: 5,
  dialogs: 10,
}

export interface CaptureRequest {
  /** Addresses in the order in which they are opened, 1 to 1000; http and https only. */
  urls: readonly string[]
  /** Folder that receives `data/...`; made when missing, must be empty of `data`. */
  out: string
  browser: BrowserChoice
  clock: Clock
  /** Opens exactly these private hosts and ports; everything private is closed otherwise. `host` as in the address. */
  allow?: (host: string, port: number) => boolean
  limits?: Partial<CaptureLimits>
  /** Who resolves names for every connection; the system's resolver when left out. */
  resolver?: NameResolver
  /** Resolvers (`ip` or `ip:port`) asked beside the system's own, to compare answers; those of the system when left out. */
  dnsServers?: readonly string[]
  /** What the clock is compared with, before and after; not compared when left out. */
  timeSource?: TimeSource
  /** Stops the capture; what was got is kept and marked incomplete with the reason `cancelled`. */
  signal?: AbortSignal
  onEvent?: (event: CaptureEvent) => void
  /** Whether frames of the live view are wanted. */
  liveView?: boolean
  /** A live browser in which the officer has signed in; the capture takes it over, in its profile, and ends it. */
  session?: LiveSession
  /** Proxy that the system's settings name, for the environment report; the browser never uses it. */
  systemProxy?: string | null
  /** Another user agent than the browser's own; the environment report then says so. */
  userAgent?: string
  /** Whether closed parts of the page are opened (`details`, "show more"); true when left out. */
  expand?: boolean
}
