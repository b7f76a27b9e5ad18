/** WebSocket connections: both handshakes and every frame, in order. */
import type { CdpSession } from '../../browser/cdp.ts'
import { type HeaderList, headerList } from './exchange.ts'

export interface SocketFrame {
  /** Milliseconds since the epoch. */
  at: number
  direction: 'sent' | 'received'
  /** RFC 6455 opcode: 1 text, 2 binary. */
  opcode: number
  /** Text, or base64 of a binary frame, as the browser tells it. */
  data: string
}

export interface SocketRecord {
  id: string
  url: string
  askedAt: number
  requestHeaders: HeaderList
  status: number | null
  statusText: string
  responseHeaders: HeaderList
  responseText: string | null
  frames: SocketFrame[]
  errors: string[]
  closedAt: number | null
}

/** Listens on one target. `frameBytes` counts what frames carry; it may refuse further ones by returning false. */
export function watchSockets(
  session: CdpSession,
  sockets: Map<string, SocketRecord>,
  now: () => number,
  frameBytes: (bytes: number) => boolean,
): void {
  session.on('Network.webSocketCreated', ({ requestId, url }) => {
    sockets.set(requestId, {
      id: requestId,
      url,
      askedAt: now(),
      requestHeaders: [],
      status: null,
      statusText: '',
      responseHeaders: [],
      responseText: null,
      frames: [],
      errors: [],
      closedAt: null,
    })
  })
  session.on('Network.webSocketWillSendHandshakeRequest', ({ requestId, request, wallTime }) => {
    const socket = sockets.get(requestId)
    if (socket === undefined) return
    socket.askedAt = wallTime * 1000
    socket.requestHeaders = headerList(request.headers)
  })
  session.on('Network.webSocketHandshakeResponseReceived', ({ requestId, response }) => {
    const socket = sockets.get(requestId)
    if (socket === undefined) return
    socket.status = response.status
    socket.statusText = response.statusText
    socket.responseHeaders = headerList(response.headers)
    socket.responseText = response.headersText ?? null
    if (response.requestHeaders !== undefined) socket.requestHeaders = headerList(response.requestHeaders)
  })
  const keep = (direction: SocketFrame['direction'], id: string, opcode: number, data: string) => {
    if (frameBytes(data.length)) sockets.get(id)?.frames.push({ at: now(), direction, opcode, data })
  }
  session.on('Network.webSocketFrameSent', ({ requestId, response }) =>
    keep('sent', requestId, response.opcode, response.payloadData),
  )
  session.on('Network.webSocketFrameReceived', ({ requestId, response }) =>
    keep('received', requestId, response.opcode, response.payloadData),
  )
  session.on('Network.webSocketFrameError', ({ requestId, errorMessage }) => {
    sockets.get(requestId)?.errors.push(errorMessage)
  })
  session.on('Network.webSocketClosed', ({ requestId }) => {
    const socket = sockets.get(requestId)
    if (socket !== undefined) socket.closedAt = now()
  })
}
