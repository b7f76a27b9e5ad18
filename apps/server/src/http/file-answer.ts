/** Files as answers: one range (RFC 9110 section 14), a strong tag, never sniffed, never run in our origin. */
import { Readable } from 'node:stream'
import type { Bytes } from '@mingzheng/kernel'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './problem.ts'

export interface FileAnswer {
  mediaType: string
  /** Whole size in bytes; null when it is not known, then no ranges. */
  bytes: number | null
  /** Strong validator, usually a digest. */
  tag?: string
  /** Offered as a download under this name. */
  fileName?: string
  cache?: string
  open(range?: { start: number; end: number }): AsyncIterable<Bytes> | Promise<AsyncIterable<Bytes>>
}

/** One range of a `Range` header, both ends inside; null when there is none to honour, `bad` when unsatisfiable. */
export function parseRange(header: string | undefined, size: number): { start: number; end: number } | null | 'bad' {
  const match = header === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(header)
  if (match === null) return null
  const [, from, to] = match
  if (from === '' && to === '') return null
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start > end || start >= size ? 'bad' : { start, end }
}

function disposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`
}

/** Types that a browser shows without running anything; all else is offered as a download. */
const INERT = /^(image\/(png|jpeg|webp)|application\/pdf|text\/plain|application\/json|text\/csv|application\/zip)/

export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileAnswer): Promise<FastifyReply> {
  reply.header('x-content-type-options', 'nosniff')
  reply.header('cache-control', file.cache ?? 'private, no-store')
  reply.type(file.mediaType.startsWith('text/plain') ? 'text/plain; charset=utf-8' : file.mediaType)
  if (file.fileName !== undefined || !INERT.test(file.mediaType)) {
    reply.header('content-disposition', disposition(file.fileName ?? 'file'))
  }
  if (file.tag !== undefined) {
    const tag = `"${file.tag}"`
    reply.header('etag', tag)
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
  }
  if (file.bytes === null) return reply.send(Readable.from(await file.open()))
  reply.header('accept-ranges', 'bytes')
  const range = parseRange(request.headers.range, file.bytes)
  if (range === 'bad') {
    reply.header('content-range', `bytes */${file.bytes}`)
    return sendProblem({ kind: 'refused', code: 'range-wrong', detail: 'the range lies outside' }, request, reply)
  }
  if (range === null) {
    reply.header('content-length', file.bytes)
    return reply.send(Readable.from(await file.open()))
  }
  reply.code(206)
  reply.header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`)
  reply.header('content-length', range.end - range.start + 1)
  return reply.send(Readable.from(await file.open(range)))
}

/** A small answer that is already in memory. */
export function bytesAnswer(bytes: Bytes, mediaType: string, extra: Partial<FileAnswer> = {}): FileAnswer {
  return {
    mediaType,
    bytes: bytes.length,
    open: async function* (range) {
      yield range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)
    },
    ...extra,
  }
}
