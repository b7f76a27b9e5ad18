/** What a capture leaves: files below `data/`, and the facts for the manifest. Docs: docs/formats/capture-data.md. */

/** Why a capture is incomplete, or what was unusual about a complete one. */
export type AnomalyCode =
  | 'address-lookalike'
  | 'address-not-opened'
  | 'archive-failed'
  | 'body-missing'
  | 'browser-changed'
  | 'browser-lost'
  | 'browser-without-sandbox'
  | 'cancelled'
  | 'certificate-invalid'
  | 'clock-not-checked'
  | 'clock-stepped'
  | 'closed-network'
  | 'dialog'
  | 'dialog-loop'
  | 'dns-differs'
  | 'download'
  | 'environment-not-clean'
  | 'font-replaced'
  | 'limit-bytes'
  | 'limit-height'
  | 'limit-memory'
  | 'limit-popups'
  | 'limit-requests'
  | 'limit-time'
  | 'not-quiet'
  | 'page-unresponsive'
  | 'picture-failed'
  | 'popup'
  | 'print-failed'
  | 'request-failed'
  | 'scheme-refused'
  | 'snapshot-failed'
  | 'status-not-ok'
  | 'step-failed'
  | 'tab-crashed'

export interface Anomaly {
  code: AnomalyCode
  detail: string
}

export type CaptureFileRole =
  | 'archive'
  | 'picture'
  | 'viewport-picture'
  | 'print'
  | 'snapshot'
  | 'text'
  | 'action-log'
  | 'environment'
  | 'traffic-log'
  | 'certificate-chain'
  | 'download'

export interface CaptureFile {
  /** Path in the package, `data/...`. */
  path: string
  mediaType: string
  role: CaptureFileRole
  /** Absolute path on this machine. */
  file: string
}

export interface CapturedPage {
  url: string
  finalUrl: string
  title: string
  /** HTTP status of the document; `null` when none came. */
  status: number | null
  /** Paths in the package; `null` where the file could not be made. */
  picture: string | null
  viewports: string[]
  print: string | null
  snapshot: string | null
  text: string | null
}

export interface ClockReading {
  /** What was asked, e.g. `ntp ntp.aliyun.com`; empty when nothing answered. */
  source: string
  /** Own clock minus the source's, milliseconds; `null` where no source could be reached. */
  offsetMs: number | null
  /** Half the round trip: the offset is known to within this, milliseconds. */
  uncertaintyMs: number | null
}

export interface CapturedNetwork {
  ownAddresses: string[]
  /** A proxy of the system in the way; ours on loopback, which only guards, is not one. */
  proxy: string | null
  serverAddresses: string[]
  dns: { name: string; resolver: string; answers: string[] }[]
  tls: { host: string; protocol: string; fingerprint: string | null; issuer: string }[]
}

export interface CaptureTool {
  name: string
  version: string
  sha256: string | null
}

export interface CaptureResult {
  complete: boolean
  /** Why it is incomplete, for people; `null` when complete. */
  reason: string | null
  /** Milliseconds since the epoch. */
  startedAt: number
  endedAt: number
  clock: { before: ClockReading; after: ClockReading; source: string }
  pages: CapturedPage[]
  files: CaptureFile[]
  network: CapturedNetwork
  /** Path in the package of the environment report, of the action log; `null` when even that failed. */
  environment: string | null
  actionLog: string | null
  anomalies: Anomaly[]
  tools: CaptureTool[]
  /** How the officer got to the page, one line a step. */
  entrySteps: string[]
  /** Sums: requests seen, responses kept, bytes over the network. */
  traffic: { requests: number; responses: number; networkBytes: number }
}
