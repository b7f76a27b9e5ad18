/**
 * The cleanliness check (清洁性检查): what ran, where, in what state, and whether anything in it could have bent what was
 * seen. docs/formats/environment-report.md says each field.
 */
import { digest, toHex, utcText, utf8 } from '@mingzheng/kernel'
import type { BrowserChoice } from '../../browser/browser-choice.ts'
import type { RunningBrowser } from '../../browser/launch-browser.ts'
import type { CaptureLimits } from '../capture-request.ts'
import type { CapturedNetwork, ClockReading } from '../capture-result.ts'
import type { Machine } from './machine.ts'

/** One question of the check: `clean` is the answer; `detail` says what was seen. */
export interface CleanlinessCheck {
  id: 'profile' | 'cookies' | 'hosts' | 'proxy' | 'interceptors' | 'sandbox' | 'user-agent' | 'address-opened'
  clean: boolean
  detail: string
}

export interface EnvironmentFacts {
  at: number
  browser: BrowserChoice
  running: RunningBrowser
  sandboxText: string
  cookies: number
  /** Whether an officer used the browser before the capture. */
  livedIn: boolean
  userAgentChosen: boolean
  machine: Machine
  /** Variables of the system that name a proxy. */
  systemProxy: string | null
  /** Hosts of the capture. */
  hosts: readonly string[]
  /** Private hosts and ports that the deployment opened and that were used. */
  opened: readonly string[]
  limits: CaptureLimits
  codeDigest: string | null
}

export interface EnvironmentReport {
  version: 1
  at: string
  clean: boolean
  checks: CleanlinessCheck[]
  browser: Record<string, unknown>
  machine: Machine
  guard: Record<string, unknown>
  limits: CaptureLimits
  code: { sha256: string | null; node: string }
  clock?: { before: ClockReading; after: ClockReading }
  network?: CapturedNetwork
}

/** Programs that read or change traffic, by the names under which they run. */
const INTERCEPTORS =
  /^(mitmproxy|mitmdump|mitmweb|fiddler|charles|burpsuite|wireshark|tshark|tcpdump|dumpcap|proxyman|frida-server|ettercap|bettercap)/i

export function environmentReport(facts: EnvironmentFacts): EnvironmentReport {
  const checks = cleanliness(facts)
  const { running } = facts
  return {
    version: 1,
    at: utcText(facts.at),
    clean: checks.every((check) => check.clean),
    checks,
    browser: {
      choice: facts.browser.kind,
      executable: facts.browser.executable,
      product: running.product,
      userAgent: running.userAgent,
      userAgentChosen: facts.userAgentChosen,
      arguments: running.arguments.filter((argument) => !argument.startsWith('--user-data-dir')),
      argumentsSha256: toHex(digest('sha256', utf8(running.arguments.join('\0')))),
      runsAs: running.user === null ? 'the user of the capturing process' : `uid ${running.user.uid}`,
      sandbox: sandboxLayers(facts.sandboxText),
      freshProfile: !facts.livedIn,
    },
    machine: facts.machine,
    guard: {
      kind: 'SOCKS 5 relay in the capturing process, on loopback; bytes are relayed untouched',
      systemProxy: facts.systemProxy,
      opened: facts.opened,
    },
    limits: facts.limits,
    code: { sha256: facts.codeDigest, node: process.version },
  }
}

function cleanliness(facts: EnvironmentFacts): CleanlinessCheck[] {
  const { machine, running } = facts
  const bent = machine.hosts.filter((line) =>
    facts.hosts.some((host) => line.split(' ').slice(1).includes(host) && host !== 'localhost'),
  )
  const interceptors = (machine.processes ?? []).map((each) => each.name).filter((name) => INTERCEPTORS.test(name))
  const sandboxed = !running.withoutSandbox && !/NOT adequately/i.test(facts.sandboxText)
  return [
    {
      id: 'profile',
      clean: !facts.livedIn,
      detail: facts.livedIn ? 'an officer used this browser before the capture' : 'new and empty',
    },
    { id: 'cookies', clean: facts.cookies === 0, detail: `${facts.cookies} cookies before the first page` },
    { id: 'hosts', clean: bent.length === 0, detail: bent.length === 0 ? 'names none of the hosts' : bent.join('; ') },
    { id: 'proxy', clean: facts.systemProxy === null, detail: facts.systemProxy ?? 'none set' },
    {
      id: 'interceptors',
      clean: interceptors.length === 0,
      detail: interceptors.length === 0 ? 'none of the known programs runs' : interceptors.join(', '),
    },
    {
      id: 'sandbox',
      clean: sandboxed,
      detail: sandboxed ? sandboxWords(facts.sandboxText) : 'the browser ran without its sandbox',
    },
    {
      id: 'user-agent',
      // Chosen or not is said, and is no fault.
      clean: true,
      detail: facts.userAgentChosen ? `chosen by the officer: ${running.userAgent}` : 'the browser’s own',
    },
    {
      id: 'address-opened',
      clean: true,
      detail: facts.opened.length === 0 ? 'no private address was opened' : `opened: ${facts.opened.join(', ')}`,
    },
  ]
}

/** A browser that does not tell was still started with its sandbox: else it would not have run. */
function sandboxWords(text: string): string {
  return sandboxLayers(text).join('; ') || 'started with its sandbox; this browser tells no more'
}

/** Lines such as `Seccomp-BPF sandbox: Yes` of what the browser says. */
function sandboxLayers(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.includes('\t'))
    .map((line) => line.trim().replace(/\t+/g, ': '))
}
