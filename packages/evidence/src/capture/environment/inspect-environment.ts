/** The cleanliness check as a step: looks before the first page, is written when the capture has ended. */
import { writeFile } from 'node:fs/promises'
import { encodeJson, type JsonValue } from '@mingzheng/kernel'
import { type CaptureContext, listFile, newFile } from '../capture-context.ts'
import type { CapturedNetwork, ClockReading } from '../capture-result.ts'
import { codeDigest } from './code-digest.ts'
import { type EnvironmentReport, environmentReport } from './environment-report.ts'
import { type Machine, readMachine } from './machine.ts'

export interface Inspection {
  at: number
  machine: Machine
  sandboxText: string
  cookies: number
  codeDigest: string | null
}

export async function inspectEnvironment(context: CaptureContext): Promise<{ value: Inspection; detail: string }> {
  const { connection } = context.session.running
  const [machine, sandboxText, cookies, digest] = await Promise.all([
    readMachine(),
    context.session.sandboxText(),
    connection.browser.send('Storage.getCookies', {}, { timeoutMs: 5_000 }).then((answer) => answer.cookies.length),
    codeDigest(),
  ])
  const value = { at: context.request.clock.now(), machine, sandboxText, cookies, codeDigest: digest }
  return { value, detail: `${context.session.running.product}, ${cookies} cookies, ${machine.system}` }
}

export interface EnvironmentEnd {
  inspection: Inspection
  hosts: readonly string[]
  opened: readonly string[]
  network: CapturedNetwork
  clock: { before: ClockReading; after: ClockReading }
}

/** Writes `data/environment.json`, canonical JSON, and notes what was not clean. */
export async function keepEnvironment(context: CaptureContext, end: EnvironmentEnd): Promise<string> {
  const { request, session, steps, limits } = context
  const report: EnvironmentReport = {
    ...environmentReport({
      ...end.inspection,
      browser: request.browser,
      running: session.running,
      livedIn: request.session !== undefined,
      userAgentChosen: request.userAgent !== undefined,
      systemProxy: request.systemProxy ?? null,
      hosts: end.hosts,
      opened: end.opened,
      limits,
    }),
    network: end.network,
    clock: end.clock,
  }
  for (const check of report.checks) {
    if (!check.clean) steps.note('environment-not-clean', `${check.id}: ${check.detail}`)
  }
  if (session.running.withoutSandbox)
    steps.note('browser-without-sandbox', 'the browser would not start with its sandbox')
  const path = 'data/environment.json'
  const bytes = encodeJson(report as unknown as JsonValue)
  await writeFile(await newFile(request.out, path), bytes, { flag: 'wx', mode: 0o600 })
  return listFile(context.files, request.out, path, 'application/json', 'environment')
}
