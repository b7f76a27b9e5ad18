/** Replay put together: tickets, the app on its own port, addresses for the pages. */
import { type EvidenceTables, findEdition, openPackage } from '@mingzheng/evidence'
import { type Clock, randomBytes } from '@mingzheng/kernel'
import type { BlobStore } from '@mingzheng/storage'
import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { blobAccess } from '../blob-source.ts'
import type { Configuration } from '../configuration.ts'
import { createReplayApp } from '../replay/replay-app.ts'
import { createTickets } from '../replay/ticket.ts'

export interface Replay {
  app: FastifyInstance
  address(base: string, number: string, edition: number, path: string, url: string, at: Date): string
}

export function openReplay(options: {
  clock: Clock
  db: Kysely<EvidenceTables>
  blobs: BlobStore
  logger: Logger
  tls: Configuration['tls']
  mainOrigin: () => string
}): Replay {
  const tickets = createTickets(randomBytes(32), options.clock)
  const app = createReplayApp({
    logger: options.logger,
    tickets,
    tls: options.tls,
    mainOrigin: options.mainOrigin,
    async open({ number, edition, path }) {
      const found = await findEdition(options.db, number, edition)
      if (found === null) return null
      const opened = await openPackage(await blobAccess(options.blobs, found.blob_key))
      const member = opened.find(path)
      if (member === null) return null
      return {
        mediaType: 'application/zip',
        bytes: member.bytes,
        tag: `${found.package_sha256}-${member.crc32}`,
        fileName: 'archive.wacz',
        open: (range) => opened.stream(member, range),
      }
    },
  })
  return {
    app,
    address(base, number, edition, path, url, at) {
      const query = new URLSearchParams({
        ticket: tickets.issue(number, edition, path),
        url,
        ts: at.toISOString().replace(/\D/g, '').slice(0, 14),
      })
      return `${base}/view?${query}`
    },
  }
}
