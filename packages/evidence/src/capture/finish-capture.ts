/** The last steps: the certificates, the archive, the logs, the environment report. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex, utf8 } from '@mingzheng/kernel'
import type { WarcWriter } from '../archive/warc-writer.ts'
import { writeWacz } from '../archive/write-wacz.ts'
import type { CaptureContext } from './capture-context.ts'
import { listFile, newFile } from './capture-context.ts'
import type { PageOutcome } from './capture-page.ts'
import type { CapturedNetwork } from './capture-result.ts'
import { chainPem, readChains, type ServerChain } from './certificates.ts'
import type { Downloads } from './downloads.ts'
import type { Tab } from './tab.ts'
import type { TrafficKeeper } from './traffic/keep-traffic.ts'
import type { Recorder } from './traffic/recorder.ts'

export const SOFTWARE = 'Mingzheng capture 0.1.0'

/** Certificate chains as files and as facts. The tab may be gone: then there are facts without chains. */
export async function keepCertificates(
  context: CaptureContext,
  tab: Tab | null,
  keeper: TrafficKeeper,
): Promise<CapturedNetwork['tls']> {
  const servers = keeper.tlsServers()
  const chains: ServerChain[] =
    tab === null
      ? servers.map((server) => ({ ...server, chain: [], fingerprint: null }))
      : await readChains(tab.session, servers)
  for (const [index, server] of chains.entries()) {
    if (server.chain.length === 0) continue
    const path = `data/certificates/${index + 1}-${server.host.replace(/[^a-z0-9.-]+/gi, '_')}.pem`
    await writeFile(await newFile(context.request.out, path), chainPem(server.chain), { flag: 'wx', mode: 0o600 })
    listFile(context.files, context.request.out, path, 'application/x-pem-file', 'certificate-chain')
  }
  return chains.map((server) => ({
    host: server.host.slice(0, 300),
    protocol: server.protocol.slice(0, 40),
    fingerprint: server.fingerprint,
    issuer: server.issuer.slice(0, 500),
  }))
}

/** Ends recording: open answers, WebSockets, downloads; writes the traffic log. */
export async function endTraffic(
  context: CaptureContext,
  recorder: Recorder,
  keeper: TrafficKeeper,
  downloads: Downloads,
): Promise<{ value: true; detail: string }> {
  const { request, stop, files } = context
  const folder = join(request.out, 'data', 'downloads')
  await newFile(request.out, 'data/downloads/x')
  const released = await downloads.release(folder, stop.reason === null ? 15_000 : 500, new AbortController().signal)
  for (const file of released.files) {
    listFile(files, request.out, `data/downloads/${file.name}`, 'application/octet-stream', 'download')
  }
  if (released.files.length === 0) await rm(folder, { recursive: true })
  await recorder.finish(stop.reason === null ? 'capture ended' : stop.reason)
  for (const exchange of released.exchanges) keeper.keep(exchange)
  for (const socket of recorder.sockets.values()) keeper.keepSocket(socket)
  keeper.noteInner(recorder.inner)
  await keeper.flush()
  const path = 'data/traffic.jsonl'
  await writeFile(await newFile(request.out, path), utf8(keeper.log()), { flag: 'wx', mode: 0o600 })
  listFile(files, request.out, path, 'application/x-ndjson', 'traffic-log')
  return { value: true, detail: `${recorder.requests} requests, ${keeper.responses} answers` }
}

/** Packs the WARC file as WACZ and removes it. */
export async function packArchive(
  context: CaptureContext,
  warc: WarcWriter,
  warcFile: string,
  pages: readonly PageOutcome[],
): Promise<{ value: true; detail: string }> {
  await warc.finish()
  const path = 'data/capture.wacz'
  await writeWacz(await newFile(context.request.out, path), {
    title: pages[0]?.title || pages[0]?.url || 'capture',
    software: SOFTWARE,
    createdAt: context.request.clock.now(),
    warc: warcFile,
    indexed: warc.indexed,
    pages: pages.map((page, index) => ({
      id: toHex(utf8(`page${index + 1}`)),
      url: page.finalUrl,
      at: page.openedAt,
      title: page.title,
      text: page.visibleText.slice(0, 100_000),
    })),
  })
  listFile(context.files, context.request.out, path, 'application/wacz', 'archive')
  return { value: true, detail: `${warc.indexed.length} records in the index` }
}
