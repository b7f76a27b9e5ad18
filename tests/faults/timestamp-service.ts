/** A timestamp service of somebody else: an RFC 3161 authority with a root of its own, over HTTP, that can be away. */
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { embeddedTimestampAuthority, fileSerialNumbers } from '@mingzheng/evidence'
import { openAuthority, openFileAuthorityStore, openKeyStore } from '@mingzheng/identity'
import { systemClock, toBase64, utf8 } from '@mingzheng/kernel'

export interface TimestampService {
  url: string
  /** PEM file of its root. */
  rootsFile: string
  /** Questions answered so far. */
  readonly answered: number
  leave(): Promise<void>
  comeBack(): Promise<void>
  close(): Promise<void>
}

export async function startTimestampService(folder: string): Promise<TimestampService> {
  const clock = systemClock
  const keys = await openKeyStore({ folder: join(folder, 'tsa-keys'), secret: utf8('a secret for tests') })
  const store = await openFileAuthorityStore(join(folder, 'tsa.journal'))
  const organisation = '示例时间戳服务'
  const authority = await openAuthority({ organisation, store, keys, clock })
  const signer = await keys.create('timestamp', 'p256')
  const certificate = await authority.issue({
    subject: { organisation, commonName: 'Example TSA' },
    publicKey: signer.publicKey,
    purpose: 'timestamp',
    days: 365,
  })
  const rootsFile = join(folder, 'tsa-roots.pem')
  const root = toBase64(authority.roots.p256).replaceAll(/.{64}/g, '$&\n')
  await writeFile(rootsFile, `a comment\n-----BEGIN CERTIFICATE-----\n${root}\n-----END CERTIFICATE-----\n`)
  const serials = fileSerialNumbers(join(folder, 'tsa-serial'), { clock })
  const answering = embeddedTimestampAuthority({ signer, certificates: [certificate.der], clock, serials })
  let answered = 0
  let server: Server | null = null
  let port = 0
  const comeBack = async () => {
    server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const reply = await answering.answer(new Uint8Array(Buffer.concat(parts)))
      answered++
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(reply)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  const leave = async () => {
    if (server === null) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    server = null
  }
  await comeBack()
  return {
    url: `http://127.0.0.1:${port}/`,
    rootsFile,
    get answered() {
      return answered
    },
    leave,
    comeBack,
    async close() {
      await leave()
      await store.close()
    },
  }
}
