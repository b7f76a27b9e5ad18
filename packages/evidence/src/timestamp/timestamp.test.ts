import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { buildRevocationList, encodeName } from '@mingzheng/identity'
import { type Bytes, digest, type Signer, signatureToDer, utf8 } from '@mingzheng/kernel'
import {
  der,
  encodeExtension,
  encodeSubjectKey,
  OID,
  readTimestamp,
  signatureAlgorithmOf,
  verifyTimestamp,
} from '@mingzheng/proof'
import fc from 'fast-check'
import { needs, toolPath } from '../../../../tests/capability.ts'
import { HOUSE_TIME, openTestHouse, type TestHouse } from '../testing/test-house.ts'
import { embeddedTimestampAuthority } from './embedded-timestamp-authority.ts'
import { type HttpTimestampOptions, httpTimestampAuthority } from './http-timestamp-authority.ts'
import { fileSerialNumbers } from './serial-numbers.ts'

let house: TestHouse
const content = utf8('{"the":"manifest"}')
const imprint = digest('sha256', content)
let tsr: Bytes

before(async () => {
  house = await openTestHouse()
  tsr = await house.timestamps.stamp(imprint)
})
after(() => house.close())

async function judge(bytes: Bytes, change: { roots?: Bytes[]; crls?: Bytes[]; at?: number; imprint?: Bytes } = {}) {
  const result = await verifyTimestamp({
    tsr: bytes,
    imprintSha256: change.imprint ?? imprint,
    roots: change.roots ?? [house.authority.roots.p256],
    crls: change.crls ?? (await house.crls()),
    ...(change.at === undefined ? {} : { at: change.at }),
  })
  return result.ok ? 'ok' : result.code
}

async function openssl(...args: string[]): Promise<string> {
  const { stdout, stderr } = spawnSync(toolPath('openssl'), args, { encoding: 'utf8', cwd: house.folder })
  return stdout + stderr
}

async function putRoot(): Promise<void> {
  await writeFile(join(house.folder, 'root.der'), house.authority.roots.p256)
  await openssl('x509', '-inform', 'der', '-in', 'root.der', '-out', 'root.pem')
}

describe('the embedded timestamp authority', () => {
  test('its token says what, when, by whom, under which number', async () => {
    const stamp = readTimestamp(tsr)
    assert.deepEqual(stamp.imprint.digest, imprint)
    assert.equal(stamp.time, HOUSE_TIME)
    assert.equal(stamp.accuracyMs, 1000)
    assert.match(stamp.serial, /^[1-9]\d*$/)
    assert.match(stamp.authority, /not accredited/)
    assert.equal(await judge(tsr), 'ok')
  })

  test('OpenSSL believes the token, and not for other bytes', needs('openssl'), async () => {
    await putRoot()
    await writeFile(join(house.folder, 'stamp.tsr'), tsr)
    await writeFile(join(house.folder, 'manifest.json'), content)
    await writeFile(join(house.folder, 'other.json'), utf8('{}'))
    const verify = ['ts', '-verify', '-in', 'stamp.tsr', '-CAfile', 'root.pem', '-attime', String(HOUSE_TIME / 1000)]
    assert.match(await openssl(...verify, '-data', 'manifest.json'), /Verification: OK/)
    assert.match(await openssl(...verify, '-data', 'other.json'), /message imprint mismatch/i)
    const text = await openssl('ts', '-reply', '-in', 'stamp.tsr', '-text')
    assert.match(text, /Status: Granted/)
    assert.match(text, /Accuracy: 0x01 seconds/)
  })

  test('it answers what OpenSSL asks, and OpenSSL believes the answer', needs('openssl'), async () => {
    await putRoot()
    await writeFile(join(house.folder, 'asked.txt'), content)
    await openssl('ts', '-query', '-data', 'asked.txt', '-sha256', '-cert', '-out', 'q.tsq')
    const answer = await house.timestamps.answer(await readFile(join(house.folder, 'q.tsq')))
    await writeFile(join(house.folder, 'a.tsr'), answer)
    const at = ['-attime', String(HOUSE_TIME / 1000)]
    const text = await openssl('ts', '-verify', '-queryfile', 'q.tsq', '-in', 'a.tsr', '-CAfile', 'root.pem', ...at)
    assert.match(text, /Verification: OK/)
  })

  test('it refuses other digests, other policies and malformed questions', needs('openssl'), async () => {
    await writeFile(join(house.folder, 'asked.txt'), content)
    const ask = async (...args: string[]) => {
      await openssl('ts', '-query', '-data', 'asked.txt', '-out', 'r.tsq', ...args)
      return house.timestamps.answer(await readFile(join(house.folder, 'r.tsq')))
    }
    const answers = [await ask('-sha512'), await ask('-sha256', '-tspolicy', '1.2.3.4'), utf8('nonsense')]
    answers[2] = await house.timestamps.answer(answers[2]!)
    for (const answer of answers) assert.throws(() => readTimestamp(answer), { code: 'timestamp-refused' })
    await writeFile(join(house.folder, 'r.tsr'), answers[0]!)
    assert.match(await openssl('ts', '-reply', '-in', 'r.tsr', '-text'), /unrecognized or unsupported algorithm/)
  })

  test('a certificate for documents makes no timestamps, nor does one that has expired', async () => {
    const { organisation, clock, folder } = house
    const serials = fileSerialNumbers(join(folder, 'other-serial'), { clock })
    const wrong = { signer: organisation.signer, certificates: [organisation.certificate.der], clock, serials }
    assert.throws(() => embeddedTimestampAuthority(wrong), { code: 'timestamp-certificate' })
    clock.advance(400 * 86_400_000)
    await assert.rejects(house.timestamps.stamp(imprint), { code: 'timestamp-invalid' })
    clock.set(HOUSE_TIME)
  })

  test('serial numbers go on after a crash, a restored backup and a clock set back without a repeat', async () => {
    const path = join(house.folder, 'crash-serial')
    const seen = new Set<bigint>()
    for (let life = 0; life < 5; life++) {
      const serials = fileSerialNumbers(path, { clock: house.clock, block: 3 })
      const given = await Promise.all(Array.from({ length: 4 }, () => serials.next()))
      for (const serial of given) seen.add(serial)
    }
    assert.equal(seen.size, 20)
    const { now } = house.clock
    const backup = await readFile(path)
    const after = await fileSerialNumbers(path, { clock: { now: () => now() + 10 } }).next()
    await writeFile(path, backup)
    const restored = await fileSerialNumbers(path, { clock: { now: () => now() + 20 } }).next()
    assert.ok(restored > after, 'a restored file gives numbers again')
    const setBack = await fileSerialNumbers(path, { clock: { now: () => now() - 1_000_000 } }).next()
    assert.ok(setBack > restored, 'a clock that was set back gives numbers again')
    await writeFile(path, 'seven\n')
    await assert.rejects(fileSerialNumbers(path, { clock: house.clock }).next(), { code: 'serial-file-damaged' })
  })
})

describe('a timestamp is not believed', () => {
  test('for another digest', async () => {
    assert.equal(await judge(tsr, { imprint: digest('sha256', utf8('other')) }), 'timestamp-imprint')
  })

  test('from another authority', async () => {
    const other = await openTestHouse()
    assert.equal(await judge(await other.timestamps.stamp(imprint)), 'signature-invalid')
    assert.equal(await judge(tsr, { roots: [] }), 'unknown-root')
    await other.close()
  })

  test('when the authority was expired, not yet valid, revoked, or nobody says whether it was', async () => {
    const day = 86_400_000
    assert.equal(await judge(tsr, { at: HOUSE_TIME + 366 * day }), 'expired-at')
    assert.equal(await judge(tsr, { at: HOUSE_TIME - 2 * day }), 'not-yet-valid')
    assert.equal(await judge(tsr, { at: HOUSE_TIME + 8 * day }), 'crl-stale')
    assert.equal(await judge(tsr, { crls: [] }), 'crl-missing')
    assert.equal(await judge(tsr, { crls: [utf8('x')] }), 'crl-malformed')
    const other = await openTestHouse()
    const stamp = await other.timestamps.stamp(imprint)
    await other.authority.revoke(other.timestampCertificate.serial, 'key-compromise', HOUSE_TIME)
    const revoked = { roots: [other.authority.roots.p256], crls: await other.crls() }
    assert.equal(await judge(stamp, revoked), 'revoked-at')
    await other.close()
  })

  test('when it is signed by a key that is not for timestamps', async () => {
    const { signer, certificate } = house.organisation
    const { signCms } = await import('./sign-cms.ts')
    const { OID, der, tokenOfResponse, readSignedData } = await import('@mingzheng/proof')
    const info = readSignedData(tokenOfResponse(tsr)).content!
    const certificates = [certificate.der]
    const token = await signCms({ signer, certificates, contentType: OID.tstInfo, content: info, attached: true })
    assert.equal(await judge(der.sequence(der.sequence(der.integer(0)), token)), 'wrong-purpose')
  })

  test('when any byte of it is another', async () => {
    const crls = await house.crls()
    await fc.assert(
      fc.asyncProperty(fc.nat(tsr.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = new Uint8Array(tsr)
        changed[at]! ^= flip
        const code = await judge(changed, { crls })
        // The status (granted, granted with modifications) is the one byte that no signature covers.
        if (at === 8 && code === 'ok') return changed[8] === 1
        return code !== 'ok'
      }),
      { seed: 20261124, numRuns: 1500 },
    )
  })

  test('when it is cut off, doubled, empty or no DER', async () => {
    for (let length = 0; length < tsr.length; length += 13) {
      assert.equal(await judge(tsr.subarray(0, length)), 'timestamp-malformed')
    }
    assert.equal(await judge(new Uint8Array([...tsr, 0])), 'timestamp-malformed')
    assert.equal(await judge(utf8('{}')), 'timestamp-malformed')
  })
})

describe('a timestamp authority by URL', () => {
  let server: Server
  let respond: RequestListener
  let url: string
  const options = (change: Partial<HttpTimestampOptions> = {}): HttpTimestampOptions => ({
    url,
    roots: [house.authority.roots.p256],
    crls: () => house.crls(),
    clock: house.clock,
    timeoutMs: 300,
    ...change,
  })
  const bodyOf = async (request: AsyncIterable<Buffer>) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    return Buffer.concat(parts)
  }
  const reply = (make: (question: Bytes) => Promise<Bytes>, type = 'application/timestamp-reply') => {
    respond = async (request, response) => {
      const bytes = await make(await bodyOf(request))
      response.writeHead(200, { 'content-type': type }).end(bytes)
    }
  }
  before(async () => {
    server = createServer((request, response) => respond(request, response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  test('what it stamps is believed, and its time is known within its accuracy', async () => {
    reply((question) => house.timestamps.answer(question))
    const authority = httpTimestampAuthority(options())
    assert.equal(await judge(await authority.stamp(imprint)), 'ok')
    const { ms, uncertaintyMs } = await authority.time()
    assert.ok(Math.abs(ms - HOUSE_TIME) <= uncertaintyMs)
  })

  const broken: [string, string, () => void][] = [
    [
      'is down with an error',
      'timestamp-unreachable',
      () => (respond = (_, response) => response.writeHead(503).end()),
    ],
    ['never answers', 'timestamp-unreachable', () => (respond = () => undefined)],
    ['hangs up', 'timestamp-unreachable', () => (respond = (request) => request.socket.destroy())],
    [
      'sends elsewhere',
      'timestamp-unreachable',
      () => (respond = (_, r) => r.writeHead(302, { location: '/x' }).end()),
    ],
    ['answers a page', 'timestamp-invalid', () => reply(async () => utf8('<html>'), 'text/html')],
    ['answers nonsense', 'timestamp-invalid', () => reply(async () => utf8('nonsense'))],
    ['answers without an end', 'timestamp-invalid', () => reply(async () => new Uint8Array(300_000))],
    ['answers another question', 'timestamp-invalid', () => reply(async () => tsr)],
    ['refuses', 'timestamp-refused', () => reply(() => house.timestamps.answer(utf8('x')))],
  ]
  for (const [what, code, set] of broken) {
    test(`one that ${what} is named as such`, async () => {
      set()
      await assert.rejects(httpTimestampAuthority(options()).stamp(imprint), { code })
    })
  }

  test('its revocation lists are fetched from where its certificates say, so that the package proves them offline', async () => {
    const [stamper, foreign] = [
      await house.keys.ensure('foreign', 'p256'),
      await house.keys.ensure('foreign-root', 'p256'),
    ]
    const serials = fileSerialNumbers(join(house.folder, 'foreign-serial'), { clock: house.clock })
    const made = await foreignAuthority(foreign, stamper, `${url}/list.crl`)
    const away = embeddedTimestampAuthority({ signer: stamper, certificates: [made.leaf], clock: house.clock, serials })
    reply((question) => away.answer(question))
    const authority = httpTimestampAuthority(options({ roots: [made.root], crls: async () => [] }))
    const stamp = await authority.stamp(imprint)
    respond = (request, response) => response.writeHead(request.url === '/tsa/list.crl' ? 200 : 404).end(made.list)
    const lists = await authority.revocationLists()
    assert.match(lists[0]!.name, /^timestamp-[0-9a-f]{16}\.crl$/)
    assert.equal(await judge(stamp, { roots: [made.root], crls: lists.map(({ der }) => der) }), 'ok')
    assert.equal(await judge(stamp, { roots: [made.root], crls: [] }), 'crl-missing')
    for (const answer of [(r: ServerResponse) => r.writeHead(500).end(), (r: ServerResponse) => r.end('no list')]) {
      respond = (_, response) => answer(response)
      assert.deepEqual(await authority.revocationLists(), [])
    }
  })

  test('one of another house, or with a clock far off, is refused', async () => {
    const other = await openTestHouse()
    reply((question) => other.timestamps.answer(question))
    await assert.rejects(httpTimestampAuthority(options()).stamp(imprint), { code: 'timestamp-invalid' })
    reply((question) => house.timestamps.answer(question))
    const late = { now: () => HOUSE_TIME + 3_600_000 }
    await assert.rejects(httpTimestampAuthority(options({ clock: late })).stamp(imprint), { code: 'timestamp-invalid' })
    await other.close()
  })

  test('one that cannot be reached at all, and a question that is called off', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    const away = httpTimestampAuthority(options({ url: `http://127.0.0.1:${port}/` }))
    await assert.rejects(away.stamp(imprint), { code: 'timestamp-unreachable' })
    respond = () => undefined
    const stop = AbortSignal.timeout(20)
    await assert.rejects(httpTimestampAuthority(options({ timeoutMs: 60_000 })).stamp(imprint, stop), {
      name: 'TimeoutError',
    })
  })
})

/** A root, a timestamp certificate that names the address of its list, and an empty list, as another house would have. */
async function foreignAuthority(root: Signer, leaf: Signer, address: string) {
  const name = encodeName({ organisation: 'Elsewhere', commonName: 'Elsewhere CA' })
  const subject = encodeName({ organisation: 'Elsewhere', commonName: 'Elsewhere TSA' })
  const certify = async (serial: number, of: Signer, whom: Bytes, extensions: Bytes[]) => {
    const tbs = der.sequence(
      der.context(0, der.integer(2)),
      der.integer(serial),
      signatureAlgorithmOf(root.publicKey),
      name,
      der.sequence(der.time(HOUSE_TIME - 1000), der.time(HOUSE_TIME + 86_400_000)),
      whom,
      encodeSubjectKey(of.publicKey),
      der.context(3, der.sequence(...extensions)),
    )
    const signature = signatureToDer(await root.sign(tbs))
    return der.sequence(tbs, signatureAlgorithmOf(root.publicKey), der.bitString(signature))
  }
  const authority = encodeExtension(OID.basicConstraints, true, der.sequence(der.boolean(true)))
  const purpose = encodeExtension(OID.extendedKeyUsage, true, der.sequence(der.oid(OID.timeStamping)))
  const point = der.sequence(der.context(0, der.context(0, der.contextPrimitive(6, utf8(address)))))
  const points = encodeExtension(OID.crlDistributionPoints, false, der.sequence(point))
  const times = { thisUpdate: HOUSE_TIME, nextUpdate: HOUSE_TIME + 86_400_000 }
  return {
    root: await certify(1, root, name, [authority]),
    leaf: await certify(2, leaf, subject, [purpose, points]),
    list: await buildRevocationList({ issuer: name, number: 1, ...times, revoked: [] }, root),
  }
}
