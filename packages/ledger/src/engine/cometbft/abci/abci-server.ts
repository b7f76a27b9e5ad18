/**
 * Serves ABCI 2.0 on a Unix socket that only this user may open. CometBFT opens four connections (query, snapshot, mempool,
 * consensus) and matches answers to requests by their order on each: requests of a connection are answered one by one. Those that
 * may change something exclude each other over all connections, as the mutex of CometBFT's own socket server does.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import type { Bytes } from '@mingzheng/kernel'
import { type Request, RequestSchema, ResponseSchema } from '../generated/tendermint/abci/types_pb.js'
import { FrameError, FrameReader, framePrefix } from './frame-reader.ts'

export type AbciRequest = Exclude<Request['value'], { case: undefined }>
export type AbciResponse = Exclude<NonNullable<MessageInitShape<typeof ResponseSchema>['value']>, { case: undefined }>
/** Answers at once, or later: the next request of that connection waits. What it throws ends all connections. */
export type AbciHandler = (request: AbciRequest) => AbciResponse | Promise<AbciResponse>

export interface AbciServerOptions {
  readonly path: string
  readonly handle: AbciHandler
  /** A connection was closed because of what came over it, or a call of the application failed for good. */
  readonly failed: (error: Error, kind: 'frame' | 'application') => void
}

/** Requests that change nothing and are answered while a block is executed: the mempool must not wait for it. */
const AT_ONCE: ReadonlySet<AbciRequest['case']> = new Set(['echo', 'flush', 'info', 'query', 'checkTx'])

export class AbciServer {
  readonly #options: AbciServerOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(options: AbciServerOptions) {
    this.#options = options
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
  }

  /** Listens; a socket file that a killed process left is replaced. */
  static async listen(options: AbciServerOptions): Promise<AbciServer> {
    const server = new AbciServer(options)
    rmSync(options.path, { force: true })
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject)
      server.#server.listen(options.path, resolve)
    })
    chmodSync(options.path, 0o600)
    return server
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** Ends every connection: CometBFT stops itself when it loses one. */
  disconnect(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** After the call that is under way. */
  async close(): Promise<void> {
    this.disconnect()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.#turn.catch(() => undefined)
    rmSync(this.#options.path, { force: true })
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    const reader = new FrameReader()
    const waiting: AbciRequest[] = []
    let busy = false
    const next = () => {
      socket.cork()
      while (!busy && waiting.length > 0 && !socket.destroyed) {
        const answer = this.#answer(waiting.shift()!)
        if (!(answer instanceof Promise)) {
          write(socket, answer)
          continue
        }
        busy = true
        answer.then(
          (late) => {
            busy = false
            write(socket, late)
            next()
          },
          (error: Error) => this.#fail(socket, error),
        )
      }
      socket.uncork()
    }
    socket.on('data', (chunk: Bytes) => {
      try {
        for (const frame of reader.push(chunk)) waiting.push(parseRequest(frame))
      } catch (error) {
        this.#options.failed(error as Error, 'frame')
        socket.destroy()
        return
      }
      try {
        next()
      } catch (error) {
        this.#fail(socket, error as Error)
      }
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #answer(request: AbciRequest): AbciResponse | Promise<AbciResponse> {
    const { handle } = this.#options
    if (AT_ONCE.has(request.case)) return handle(request)
    const mine = this.#turn.then(() => handle(request))
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  /** CometBFT is told, and everything ends: what a failed call has left behind is not to be built upon. */
  #fail(socket: Socket, error: Error): void {
    write(socket, { case: 'exception', value: { error: error.message } })
    socket.end(() => this.disconnect())
    this.#options.failed(error, 'application')
  }
}

/** A frame's request. Throws `FrameError`. */
export function parseRequest(frame: Bytes): AbciRequest {
  let value: Request['value']
  try {
    value = fromBinary(RequestSchema, frame).value
  } catch (error) {
    throw new FrameError(`not a message of ABCI: ${(error as Error).message}`)
  }
  if (value.case === undefined) throw new FrameError('a request of an unknown kind')
  return value
}

function write(socket: Socket, value: AbciResponse): void {
  if (socket.destroyed) return
  const bytes = toBinary(ResponseSchema, create(ResponseSchema, { value }))
  socket.write(framePrefix(bytes.length))
  socket.write(bytes)
}
