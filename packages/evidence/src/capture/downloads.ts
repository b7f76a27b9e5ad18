/** Files that a page makes the browser download: kept beside the archive and, as the answer's payload, in it. */
import { copyFile, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CdpSession } from '../browser/cdp.ts'
import type { ActionLog } from './action-log.ts'
import { pause } from './quiet.ts'
import type { Steps } from './step.ts'
import type { Exchange } from './traffic/exchange.ts'

interface Download {
  guid: string
  url: string
  name: string
  received: number
  state: 'inProgress' | 'completed' | 'canceled'
}

export interface DownloadedFile {
  url: string
  /** Suggested name, made safe for a package. */
  name: string
  file: string
}

export class Downloads {
  readonly #all = new Map<string, Download>()
  readonly #held: Exchange[] = []
  readonly #folder: string
  readonly #steps: Steps
  #received = 0

  constructor(browser: CdpSession, folder: string, limitBytes: number, steps: Steps, log: ActionLog) {
    this.#folder = folder
    this.#steps = steps
    browser.on('Browser.downloadWillBegin', (event) => {
      this.#all.set(event.guid, {
        guid: event.guid,
        url: event.url,
        name: event.suggestedFilename,
        received: 0,
        state: 'inProgress',
      })
      log.add('download', `begins: ${event.suggestedFilename} from ${event.url}`)
    })
    browser.on('Browser.downloadProgress', (event) => {
      const download = this.#all.get(event.guid)
      if (download === undefined) return
      this.#received += Math.max(0, event.receivedBytes - download.received)
      download.received = event.receivedBytes
      download.state = event.state
      if (this.#received > limitBytes && event.state === 'inProgress')
        browser.post('Browser.cancelDownload', { guid: event.guid })
      if (event.state !== 'inProgress')
        log.add('download', `${event.state}: ${download.name}, ${download.received} bytes`)
    })
  }

  get active(): number {
    return [...this.#all.values()].filter((each) => each.state === 'inProgress').length
  }

  /** Takes an exchange whose payload went to a file; it is given back by `release`. */
  hold(exchange: Exchange): boolean {
    const isDocument = exchange.resourceType === 'Document' && exchange.end === 'cut-off'
    if (!isDocument || exchange.failure?.includes('ERR_ABORTED') !== true) return false
    this.#held.push(exchange)
    return true
  }

  /** Waits for downloads under way, then puts payloads into the held exchanges and copies files to `target`. */
  async release(
    target: string,
    patienceMs: number,
    signal: AbortSignal,
  ): Promise<{ files: DownloadedFile[]; exchanges: Exchange[] }> {
    for (let waited = 0; this.active > 0 && waited < patienceMs && !signal.aborted; waited += 100)
      await pause(100, signal)
    const files: DownloadedFile[] = []
    for (const download of this.#all.values()) {
      if (download.state !== 'completed') {
        this.#steps.lack(
          'download',
          `${download.name} did not come whole: ${download.received} bytes (${download.state})`,
        )
        continue
      }
      const stored = join(this.#folder, download.guid)
      const name = `${files.length + 1}-${safeName(download.name)}`
      await copyFile(stored, join(target, name))
      await syncFile(join(target, name))
      files.push({ url: download.url, name, file: join(target, name) })
      this.#steps.note('download', `the page gave a file: ${download.name}, ${download.received} bytes`)
      const held = this.#held.find((exchange) => exchange.url === download.url && exchange.payload !== 'whole')
      if (held === undefined) continue
      const body = await readFile(stored)
      Object.assign(held, {
        body: [body],
        bodyBytes: body.length,
        decodedBytes: body.length,
        payload: 'whole',
        end: 'finished',
        failure: null,
      })
    }
    return { files, exchanges: this.#held.splice(0) }
  }
}

/** A name that every system can store: letters, digits, points, hyphens; at most 80 characters. */
function safeName(name: string): string {
  const cleaned = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}.-]+/gu, '_')
    .replace(/^[._]+|[._]+$/g, '')
  return cleaned.slice(0, 80) || 'file'
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
