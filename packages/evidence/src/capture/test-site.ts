/** A web server of its own for tests of the capture: on loopback, at any port, ended by the test. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRefusal, systemClock } from '@mingzheng/kernel'
import { chooseBrowser } from '../browser/choose-browser.ts'
import { capture } from './capture.ts'
import type { CaptureRequest } from './capture-request.ts'
import type { CaptureResult } from './capture-result.ts'

export type Route = (request: IncomingMessage, response: ServerResponse) => void

export interface TestSite {
  port: number
  /** Paths that were asked for, in order. */
  asked: string[]
  close(): Promise<void>
}

/** Serves `routes` by path; other paths answer 404. */
export async function openSite(routes: Record<string, Route | string>): Promise<TestSite> {
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname
    asked.push(path)
    response.on('error', () => {})
    const route = routes[path]
    if (route === undefined) {
      response.writeHead(404).end()
    } else if (typeof route === 'string') {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(route)
    } else route(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export interface TestCapture {
  result: CaptureResult
  /** Reads a file of the capture by its path in the package. */
  read(path: string): Promise<Buffer>
  codes: string[]
}

/** Captures with the system's browser into a temporary folder that is removed after `check`. */
export async function captured(
  site: TestSite,
  { browserArguments = [], ...request }: Partial<CaptureRequest> & { browserArguments?: string[] },
  check: (captured: TestCapture) => Promise<void> | void,
): Promise<void> {
  const browser = await chooseBrowser({})
  if (isRefusal(browser)) throw new Error(browser.detail)
  const out = await mkdtemp(join(tmpdir(), 'mingzheng-capture-test-'))
  try {
    const result = await capture({
      urls: [`http://localhost:${site.port}/`],
      out,
      browser: { ...browser, arguments: [...browser.arguments, ...browserArguments] },
      clock: systemClock,
      allow: (host, port) => (host === 'localhost' || host.endsWith('.test')) && port === site.port,
      resolver: async () => ['127.0.0.1'],
      dnsServers: [],
      ...request,
    })
    if (isRefusal(result)) throw new Error(`refused: ${result.code}`)
    await check({
      result,
      read: (path) => readFile(join(out, ...path.split('/'))),
      codes: result.anomalies.map((anomaly) => anomaly.code),
    })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}
