/** Server-sent events: each item is one event; a comment every few seconds keeps proxies from closing the line. */
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Produces events until it ends or the signal is aborted. */
export type EventSource<E> = (signal: AbortSignal) => AsyncIterable<E>

const HEARTBEAT_MS = 15_000

export async function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  source: EventSource<unknown>,
  signal: AbortSignal,
): Promise<FastifyReply> {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  raw.flushHeaders()
  const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT_MS)
  try {
    for await (const event of source(signal)) {
      if (signal.aborted) break
      // A slow reader gets the newest state later instead of an unbounded buffer here.
      if (!raw.write(`data: ${JSON.stringify(event)}\n\n`)) {
        await new Promise<void>((resolve) => {
          const done = () => {
            signal.removeEventListener('abort', done)
            raw.off('drain', done)
            resolve()
          }
          raw.once('drain', done)
          signal.addEventListener('abort', done, { once: true })
        })
      }
    }
  } catch (error) {
    if (!signal.aborted) request.log.error({ err: error }, 'event stream failed')
  } finally {
    clearInterval(heartbeat)
    raw.end()
  }
  return reply
}
