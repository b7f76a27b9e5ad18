import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { needs, toolPath } from '../../../../tests/capability.ts'
import { readArchive } from '../archive/read-archive.ts'
import { captured, type TestSite } from './test-site.ts'

/** A site over TLS with a certificate of its own making. */
async function withTlsSite(run: (site: TestSite, certificate: X509Certificate) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-tls-test-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key]
  const names = ['-subj', '/CN=shop.test', '-addext', 'subjectAltName=DNS:shop.test', '-days', '2']
  await promisify(execFile)(toolPath('openssl'), ['req', '-x509', ...curve, ...names, '-out', cert])
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end('<title>secure</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const site = { port: (server.address() as AddressInfo).port, asked: [], close: async () => {} }
  try {
    await run(site, new X509Certificate(await readFile(cert)))
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
}

describe('a site over TLS', () => {
  test(
    'is recorded with its protocol, its certificate chain and the address that answered',
    needs('chromium', 'openssl'),
    () =>
      withTlsSite(async (site, certificate) => {
        const key = createHash('sha256')
          .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
          .digest('base64')
        const urls = [`https://shop.test:${site.port}/`]
        const browserArguments = [`--ignore-certificate-errors-spki-list=${key}`]
        await captured(site, { urls, browserArguments }, async ({ result, read }) => {
          assert.equal(result.pages[0]?.title, 'secure')
          const [tls] = result.network.tls
          assert.equal(tls?.host, `shop.test:${site.port}`)
          assert.equal(tls?.protocol, 'TLS 1.3')
          assert.equal(tls?.fingerprint, certificate.fingerprint256.replaceAll(':', '').toLowerCase())
          const chain = result.files.find((file) => file.role === 'certificate-chain')
          assert.deepEqual(new X509Certificate(await read(chain!.path)).raw, certificate.raw)
          const page = (await readArchive(result.files.find((file) => file.role === 'archive')!.file))[0]
          assert.equal(page?.serverAddress, '127.0.0.1')
          assert.match(page?.facts ?? '', /"protocol":"TLS 1.3"/)
        })
      }),
  )

  test(
    'with a certificate that nobody vouches for is not opened, and the capture says why',
    needs('chromium', 'openssl'),
    () =>
      withTlsSite((site) =>
        captured(site, { urls: [`https://shop.test:${site.port}/`] }, ({ result, codes }) => {
          assert.equal(result.complete, false)
          assert.ok(codes.includes('address-not-opened'))
          assert.match(result.reason ?? '', /CERT/)
        }),
      ),
  )
})
