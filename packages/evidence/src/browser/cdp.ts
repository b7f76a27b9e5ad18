/**
 * A connection to a browser by the Chrome DevTools Protocol over a pipe: no port is opened that another program of the
 * machine could use. Flat sessions. Messages end with a zero byte.
 */
import type { Readable, Writable } from 'node:stream'
import { Failure } from '@mingzheng/kernel'
import type { CdpEvent, CdpEventName, CdpMethod, CdpParams, CdpResult } from './cdp-types.ts'

/** `cdp-refused`: the browser answered with an error. `cdp-timeout`: no answer in time. `cdp-closed`: it is gone. */
export type CdpCode = 'cdp-refused' | 'cdp-timeout' | 'cdp-closed'

export interface SendOptions {
  /** Longest wait for the answer, milliseconds; 30 seconds when left out. */
  timeoutMs?: number
}

type Handler = (params: never, session: CdpSession) => void
/** Anything the browser sends: an answer, an event. */
interface Message {
  id?: number
  method?: string
  params?: unknown
  sessionId?: string
  result?: unknown
  error?: { message?: string; data?: string }
}

/** One target's conversation. Handlers run in the order in which the browser sent; a throw in one ends nothing else. */
export class CdpSession {
  /** `null` for the browser itself. */
  readonly id: string | null
  readonly #connection: CdpConnection
  readonly #handlers = new Map<string, Handler[]>()

  constructor(connection: CdpConnection, id: string | null) {
    this.#connection = connection
    this.id = id
  }

  send<M extends CdpMethod>(method: M, params?: CdpParams<M>, options?: SendOptions): Promise<CdpResult<M>> {
    return this.#connection.request(this.id, method, params ?? {}, options?.timeoutMs ?? 30_000) as Promise<
      CdpResult<M>
    >
  }

  /** Sends without waiting; a refusal is nobody's concern. */
  post<M extends CdpMethod>(method: M, params?: CdpParams<M>): void {
    this.send(method, params).catch(() => {})
  }

  on<E extends CdpEventName>(event: E, handler: (params: CdpEvent<E>, session: CdpSession) => void): void {
    const known = this.#handlers.get(event)
    if (known === undefined) this.#handlers.set(event, [handler as Handler])
    else known.push(handler as Handler)
  }

  off<E extends CdpEventName>(event: E, handler: (params: CdpEvent<E>, session: CdpSession) => void): void {
    const rest = (this.#handlers.get(event) ?? []).filter((known) => known !== handler)
    this.#handlers.set(event, rest)
  }

  deliver(event: string, params: unknown): void {
    for (const handler of this.#handlers.get(event) ?? []) handler(params as never, this)
  }
}

interface Waiting {
  sessionId: string | null
  method: string
  resolve: (result: unknown) => void
  reject: (failure: Failure<CdpCode>) => void
  timer: NodeJS.Timeout
}

export class CdpConnection {
  readonly browser: CdpSession
  /** Resolves when the pipe has closed, whatever the reason. */
  readonly closed: Promise<void>
  readonly #output: Writable
  readonly #sessions = new Map<string, CdpSession>()
  readonly #gone = new Set<string>()
  readonly #waiting = new Map<number, Waiting>()
  #parts: Buffer[] = []
  #nextId = 1
  #open = true

  constructor(input: Readable, output: Writable) {
    this.#output = output
    this.browser = new CdpSession(this, null)
    this.closed = new Promise((resolve) => {
      const end = () => {
        this.#end()
        resolve()
      }
      input.once('close', end)
      input.once('end', end)
      input.once('error', end)
    })
    output.on('error', () => {})
    input.on('data', (chunk: Buffer) => this.#receive(chunk))
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** The session of that id; made known at the first mention, so that no event can come before its handlers. */
  session(id: string): CdpSession {
    const known = this.#sessions.get(id)
    if (known !== undefined) return known
    const made = new CdpSession(this, id)
    this.#sessions.set(id, made)
    return made
  }

  request(sessionId: string | null, method: string, params: unknown, timeoutMs: number): Promise<unknown> {
    if (!this.#open || (sessionId !== null && this.#gone.has(sessionId))) {
      return Promise.reject(
        new Failure<CdpCode>('cdp-closed', `${method}: the ${this.#open ? 'tab' : 'browser'} is gone`),
      )
    }
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new Failure<CdpCode>('cdp-timeout', `${method}: no answer within ${timeoutMs} ms`))
      }, timeoutMs)
      this.#waiting.set(id, { sessionId, method, resolve, reject, timer })
      this.#output.write(`${JSON.stringify({ id, method, params, ...(sessionId === null ? {} : { sessionId }) })}\0`)
    })
  }

  #receive(chunk: Buffer): void {
    let start = 0
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      this.#parts.push(chunk.subarray(start, end))
      const text = this.#parts.length === 1 ? this.#parts[0]!.toString() : Buffer.concat(this.#parts).toString()
      this.#parts = []
      start = end + 1
      this.#take(JSON.parse(text) as Message)
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start))
  }

  #take(message: Message): void {
    if (message.id !== undefined) {
      const waiting = this.#waiting.get(message.id)
      if (waiting === undefined) return
      this.#waiting.delete(message.id)
      clearTimeout(waiting.timer)
      if (message.error === undefined) waiting.resolve(message.result)
      else
        waiting.reject(new Failure<CdpCode>('cdp-refused', `${waiting.method}: ${message.error.message ?? 'refused'}`))
      return
    }
    if (message.method === undefined) return
    const session = message.sessionId === undefined ? this.browser : this.session(message.sessionId)
    session.deliver(message.method, message.params)
    if (message.method === 'Target.detachedFromTarget')
      this.#forget((message.params as { sessionId: string }).sessionId)
  }

  #forget(sessionId: string): void {
    this.#sessions.delete(sessionId)
    this.#gone.add(sessionId)
    for (const [id, waiting] of this.#waiting) if (waiting.sessionId === sessionId) this.#reject(id, waiting)
  }

  #end(): void {
    this.#open = false
    for (const [id, waiting] of this.#waiting) this.#reject(id, waiting)
  }

  #reject(id: number, waiting: Waiting): void {
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    waiting.reject(new Failure<CdpCode>('cdp-closed', `${waiting.method}: the target is gone`))
  }
}
