import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Bytes,
  type CborValue,
  decodeCbor,
  decodeJson,
  encodeCbor,
  encodeJson,
  type JsonValue,
  utf8,
} from '@mingzheng/kernel'
import { decodeEntry, encodeEntry } from '../entry.ts'
import { blobSource, memorySource } from '../package/random-access.ts'
import {
  buildSamplePackage,
  packageOf,
  type SamplePackage,
  type SamplePackageOptions,
} from '../testing/sample-package.ts'
import { type CheckId, exitCodeOf, type Report } from './report.ts'
import { verifyPackage } from './verify-package.ts'

const honest = await buildSamplePackage()

const verify = (sample: SamplePackage, bytes = sample.bytes): Promise<Report> =>
  verifyPackage(memorySource(bytes), { policies: [sample.policy], now: sample.now })

const check = (report: Report, id: CheckId) => report.checks.find((candidate) => candidate.id === id)

/** Verifies a sample that lies and says which checks failed, as `id: code`. */
async function failures(options: SamplePackageOptions): Promise<string[]> {
  const report = await verify(await buildSamplePackage(options))
  return report.checks.filter(({ status }) => status === 'failed').map(({ id, code }) => `${id}: ${code}`)
}

const edit = (path: string, change: (value: { [key: string]: JsonValue }) => void) => (members: Map<string, Bytes>) => {
  const value = decodeJson(members.get(path)!) as { [key: string]: JsonValue }
  change(value)
  members.set(path, encodeJson(value))
}

const editionBytes = (kind: string) =>
  encodeJson({ version: 1, number: honest.manifest.number, edition: 2, statement: { kind }, by: { name: '王晓明' } })

describe('an honest package', () => {
  test('is verified under the policy that the checker pinned, and the exit code is 0', async () => {
    const report = await verify(honest)
    assert.equal(report.verdict, 'verified')
    assert.equal(exitCodeOf(report), 0)
    assert.deepEqual(
      report.checks.filter(({ status, required }) => required && status !== 'passed'),
      [],
    )
    assert.equal(report.subject?.number, honest.manifest.number)
    assert.equal(report.ledger?.index, 2)
    assert.equal(report.policy?.pinned, true)
  })

  test('is incomplete without a pinned policy, though nothing failed, and the exit code is 2', async () => {
    const report = await verifyPackage(memorySource(honest.bytes), { policies: [], now: honest.now })
    assert.equal(report.verdict, 'incomplete')
    assert.equal(exitCodeOf(report), 2)
    const open: CheckId[] = [
      'policy',
      'receipt-signatures',
      'receipt-sm3-signatures',
      'timestamp-chain',
      'seal-signature',
    ]
    for (const id of open) assert.equal(check(report, id)?.code, 'policy-not-pinned', id)
    assert.equal(check(report, 'files')?.status, 'passed')
  })

  test('fails under the policy of another ledger of the same name', async () => {
    const other = await buildSamplePackage({ seed: 'other' })
    const report = await verifyPackage(memorySource(honest.bytes), { policies: [other.policy], now: honest.now })
    assert.equal(report.verdict, 'failed')
    assert.equal(check(report, 'receipt-signatures')?.status, 'failed')
    assert.equal(check(report, 'seal-signature')?.code, 'signature-invalid')
  })

  test('reads the same from a blob as from memory', async () => {
    const source = blobSource(new Blob([new Uint8Array(honest.bytes)]))
    const report = await verifyPackage(source, { policies: [honest.policy], now: honest.now })
    assert.deepEqual(report, await verify(honest))
  })

  test('says plainly that a single operator could backdate, and that a demonstration is none', async () => {
    const report = await verify(honest)
    assert.equal(check(report, 'independence')?.code, 'no-independent-witness')
    assert.equal(check(report, 'demo')?.code, 'demo')
    assert.equal(report.limits.length, 2)
    const independent = await buildSamplePackage({
      manifest: { demo: false },
      demo: false,
      members: [
        { id: 'regulator.test', role: 'regulator' },
        { id: 'court.test', role: 'court', independent: true },
      ],
      quorum: { atLeast: 2, anyOf: ['court'] },
    })
    const other = await verify(independent)
    assert.equal(other.verdict, 'verified')
    assert.equal(check(other, 'independence')?.status, 'passed')
    assert.equal(check(other, 'demo')?.status, 'passed')
    assert.equal(other.limits.length, 1)
  })

  test('of an incomplete capture, a later edition, or a bare digest verifies and says what it is', async () => {
    const incomplete = await verify(
      await buildSamplePackage({ manifest: { complete: false, incompleteReason: '标签页崩溃' } }),
    )
    assert.equal(incomplete.verdict, 'verified')
    assert.equal(check(incomplete, 'completeness')?.code, 'incomplete')
    const parent = {
      relation: 'edition' as const,
      number: honest.manifest.number,
      edition: 1,
      manifestSha256: '0'.repeat(64),
    }
    const edition = await verify(
      await buildSamplePackage({
        files: [{ path: 'data/edition.json', content: editionBytes('voiding') }],
        manifest: { number: honest.manifest.number, edition: 2, editionKind: 'voiding', parents: [parent] },
      }),
    )
    assert.equal(edition.verdict, 'verified')
    assert.equal(edition.subject?.editionKind, 'voiding')
    const digest = await verify(
      await buildSamplePackage({
        files: [],
        manifest: {
          subject: {
            kind: 'digest',
            title: '',
            reference: 'ref-1',
            sha256: '0'.repeat(64),
            sm3: null,
            bytes: 5,
            mediaType: null,
          },
        },
        tamper: (members) => members.delete('documents/record.pdf'),
      }),
    )
    assert.equal(digest.verdict, 'verified')
    assert.equal(check(digest, 'record-signature'), undefined)
  })

  test('keeps verifying years later, when its certificates have long expired', async () => {
    const report = await verifyPackage(memorySource(honest.bytes), {
      policies: [honest.policy],
      now: honest.now + 30 * 365 * 86_400_000,
    })
    assert.equal(report.verdict, 'verified')
  })
})

describe('a package that was altered', () => {
  const altered = async (path: string, bytes: Bytes | null): Promise<string[]> => {
    const members = new Map(honest.members)
    if (bytes === null) members.delete(path)
    else members.set(path, bytes)
    const report = await verify(honest, await packageOf(members))
    assert.notEqual(report.verdict, 'verified', path)
    return report.checks.filter(({ status }) => status === 'failed').map(({ id, code }) => `${id}: ${code}`)
  }

  test('fails where the altered member is, for every member', async () => {
    for (const [path, bytes] of honest.members) {
      const other = new Uint8Array(bytes)
      other[other.length >> 1]! ^= 1
      const failed = await altered(path, other)
      assert.ok(failed.length > 0, path)
      if (path !== 'seal.json') assert.ok(failed.includes('seal-members: file-sha256'), `${path}: ${failed}`)
    }
  })

  test('is never verified with a member taken away, and fails for all but the seal', async () => {
    for (const path of honest.members.keys()) {
      if (path === 'manifest.json') continue
      const failed = await altered(path, null)
      if (path !== 'seal.json') assert.ok(failed.includes('seal-members: file-missing'), `${path}: ${failed}`)
    }
  })

  test('fails with a member that nobody sealed', async () => {
    assert.ok((await altered('data/more.txt', utf8('x'))).includes('files: file-unlisted'))
    const list = honest.members.get('proof/revocation/ca.crl')!
    assert.ok((await altered('proof/revocation/more.crl', list)).includes('seal-members: file-unlisted'))
    for (const path of [
      'documents/more.pdf',
      'proof/more.cbor',
      'proof/revocation/../x.crl',
      'proof/revocation/A.CRL',
    ]) {
      await assert.rejects(altered(path, utf8('x')), { code: 'layout-members' }, path)
    }
  })

  test('fails with the parts of another package in place of its own', async () => {
    const other = await buildSamplePackage({ seed: 'sample package', manifest: { cause: 'another' } })
    for (const path of honest.members.keys()) {
      const theirs = other.members.get(path)!
      if (Buffer.compare(theirs, honest.members.get(path)!) === 0) continue
      await altered(path, theirs)
    }
  })
})

describe('an issuer who lies, though the seal is in order', () => {
  test('about the content: a file that is not the one of the manifest', async () => {
    assert.deepEqual(await failures({ tamper: (members) => members.set('data/page.txt', utf8('￥99')) }), [
      'files: file-length',
    ])
  })

  test('about the ledger: another entry, another number, other salts, a rewritten or foreign checkpoint', async () => {
    const reentered = await failures({
      tamper: (members) => {
        const entry = decodeEntry(members.get('proof/entry.cbor')!)
        members.set('proof/entry.cbor', encodeEntry({ ...entry, time: entry.time - 86_400_000 }))
      },
    })
    assert.ok(reentered.includes('receipt-inclusion: not-included'))
    assert.ok(reentered.includes('receipt-sm3-inclusion: not-included'))
    assert.ok(reentered.includes('times: time-order'))
    const renumbered = await failures({
      tamper: (members) => {
        const entry = decodeEntry(members.get('proof/entry.cbor')!)
        members.set('proof/entry.cbor', encodeEntry({ ...entry, body: { ...entry.body, n: new Uint8Array(32) } }))
      },
    })
    assert.ok(renumbered.includes('entry: entry-number'))
    const salted = edit('proof/opening.json', (opening) => {
      opening.salt = { sha256: '0'.repeat(64), sm3: '0'.repeat(64) }
    })
    assert.deepEqual(await failures({ tamper: salted }), ['commitment: commitment-sha256'])
    const other = await buildSamplePackage({ seed: 'fork' })
    const forked = await failures({
      tamper: (members) => members.set('proof/receipt.tlog-proof', other.members.get('proof/receipt.tlog-proof')!),
    })
    assert.ok(forked.includes('receipt-inclusion: not-included'))
    assert.ok(forked.some((line) => line.startsWith('receipt-signatures: ')))
  })

  test('about times that no calendar has: refused, and the report is made all the same', async () => {
    for (const time of [Number.MAX_SAFE_INTEGER, 8_640_000_000_000_001, 253_402_300_800_000]) {
      const report = await failures({
        tamper: (members) => {
          const entry = decodeCbor(members.get('proof/entry.cbor')!) as { [key: string]: CborValue }
          members.set('proof/entry.cbor', encodeCbor({ ...entry, t: time }))
        },
      })
      assert.ok(report.includes('entry: entry-malformed'), report.join())
    }
  })

  test('with fewer witnesses than the policy asks', async () => {
    const members = [
      { id: 'regulator.test', role: 'regulator' as const },
      { id: 'court.test', role: 'court' as const, independent: true },
    ]
    const report = await failures({
      members,
      quorum: { atLeast: 2, anyOf: ['court'] },
      tamper: (parts) => {
        const text = new TextDecoder().decode(parts.get('proof/receipt.tlog-proof')!)
        parts.set('proof/receipt.tlog-proof', utf8(text.replace(/— court\.test .*\n/, '')))
      },
    })
    assert.ok(report.includes('receipt-signatures: quorum-not-met'))
  })

  test('with a token of an authority that the policy does not know, or over something else', async () => {
    assert.deepEqual(await failures({ foreignTimestamp: true }), ['timestamp-chain: unknown-root'])
    const other = await buildSamplePackage({ manifest: { cause: 'another' } })
    const swapped = await failures({
      tamper: (members) => members.set('proof/timestamp.tsr', other.members.get('proof/timestamp.tsr')!),
    })
    assert.deepEqual(swapped, ['timestamp: timestamp-imprint', 'timestamp-chain: timestamp-imprint'])
  })

  test('with key certificates that were expired, not yet valid, revoked, or of another body at the proven time', async () => {
    const at = Date.UTC(2026, 10, 24, 8)
    const day = 86_400_000
    const expired = await failures({ organisation: { notAfter: at - day } })
    assert.ok(expired.includes('seal-signature: expired-at'))
    assert.ok(expired.includes('certificate-signature: expired-at'))
    const early = await failures({ organisation: { notBefore: at + day } })
    assert.ok(early.includes('seal-signature: not-yet-valid'))
    // The seal is made after the documents that it names, at 08:00:03, not at the token's 08:00:01.
    const renewed = await verify(await buildSamplePackage({ organisation: { notBefore: at + 2000 } }))
    assert.equal(renewed.verdict, 'verified')
    assert.deepEqual(await failures({ organisationSm2: { notAfter: at + 1000 } }), ['seal-signature: expired-at'])
    assert.ok((await failures({ revoked: ['organisation'], revokedAfter: 2000 })).includes('revocation: revoked-at'))
    assert.ok((await failures({ revoked: ['organisation'] })).includes('revocation: revoked-at'))
    assert.ok((await failures({ revoked: ['timestamp'] })).includes('revocation: revoked-at'))
    const later = await verify(await buildSamplePackage({ revoked: ['organisation'], revokedAfter: 60_000 }))
    assert.equal(later.verdict, 'verified')
    assert.ok(check(later, 'revocation')?.detail?.revokedLater)
    const foreign = await failures({ organisation: { organisation: '另一机构' } })
    assert.ok(foreign.includes('seal-signature: seal-organisation'))
    assert.ok(foreign.includes('certificate-signature: document-organisation'))
    assert.ok((await failures({ organisation: { purpose: 'server' } })).includes('seal-signature: wrong-purpose'))
  })

  test('with times that do not follow one another, or lie ahead', async () => {
    assert.deepEqual(await failures({ delays: { timestamp: -3_600_000 } }), ['times: time-order'])
    const backdated = await failures({ delays: { ledger: -3_600_000 } })
    assert.ok(backdated.includes('times: time-order'))
    const sample = await buildSamplePackage()
    const early = await verifyPackage(memorySource(sample.bytes), {
      policies: [sample.policy],
      now: sample.now - 86_400_000,
    })
    assert.equal(check(early, 'times')?.code, 'time-future')
  })

  test('in the certificate: a fact, a printed glyph, an unsigned document', async () => {
    assert.deepEqual(await failures({ fields: { organisation: '另一机构' } }), [
      'certificate-content: certificate-differs',
    ])
    assert.deepEqual(await failures({ fields: { verifyAt: 'https://evil.example/' } }), [
      'certificate-content: certificate-address',
    ])
    const printed = await failures({ print: (text) => text.replace('西湖龙井', '西湖龙并') })
    assert.deepEqual(printed, ['certificate-text: certificate-text'])
    const unsigned = await failures({
      tamper: (members) => {
        const text = new TextDecoder('latin1').decode(members.get('documents/certificate.pdf')!)
        members.set('documents/certificate.pdf', utf8(text.replace('/ByteRange', '/BiteRange')))
      },
    })
    assert.ok(unsigned.includes('certificate-signature: pdf-unsigned'))
  })

  test('in a later edition: what it says of itself is missing, of another kind, or unreadable', async () => {
    const parent = {
      relation: 'edition' as const,
      number: honest.manifest.number,
      edition: 1,
      manifestSha256: '0'.repeat(64),
    }
    const manifest = {
      number: honest.manifest.number,
      edition: 2,
      editionKind: 'signature' as const,
      parents: [parent],
    }
    const edition = (content: Bytes, path = 'data/edition.json') => failures({ files: [{ path, content }], manifest })
    assert.deepEqual(await edition(editionBytes('signature')), [])
    assert.deepEqual(await edition(editionBytes('voiding')), ['edition: edition-differs'])
    assert.deepEqual(await edition(editionBytes('signature'), 'data/other.json'), ['edition: edition-missing'])
    assert.deepEqual(await edition(utf8('{')), ['edition: json-not-canonical'])
  })

  test('about who is independent, against the policy that the checker pinned', async () => {
    const members = [
      { id: 'regulator.test', role: 'regulator' as const },
      { id: 'court.test', role: 'court' as const },
    ]
    const pinned = await buildSamplePackage({ members })
    const lying = await buildSamplePackage({ members: members.map((member) => ({ ...member, independent: true })) })
    const report = await verifyPackage(memorySource(lying.bytes), { policies: [pinned.policy], now: lying.now })
    assert.equal(check(report, 'policy')?.code, 'policy-contradicts')
    assert.equal(check(report, 'independence')?.code, 'no-independent-witness')
  })

  test('with a policy that the package brings along', async () => {
    const policy = edit('proof/policy.json', (value) => {
      value.quorum = { atLeast: 1, anyOf: ['regulator'] }
    })
    assert.deepEqual(await failures({ tamper: policy }), ['certificate-content: certificate-differs'])
  })
})

describe('a package that lacks something', () => {
  test('is incomplete without revocation lists', async () => {
    const report = await verify(await buildSamplePackage({ withoutLists: true }))
    assert.equal(report.verdict, 'incomplete')
    assert.equal(check(report, 'revocation')?.code, 'crl-missing')
  })

  test('is incomplete when it was never fixed', async () => {
    const sample = await buildSamplePackage({
      tamper: (members) => {
        for (const path of members.keys()) if (/^(proof|documents)\//.test(path)) members.delete(path)
      },
    })
    const report = await verify(sample)
    assert.equal(report.verdict, 'incomplete')
    assert.equal(check(report, 'receipt-inclusion')?.code, 'missing')
    assert.equal(check(report, 'files')?.status, 'passed')
  })

  test('is no package when it is something else', async () => {
    for (const bytes of [new Uint8Array(), utf8('%PDF-1.7'), utf8('x'.repeat(5000))]) {
      const report = await verify(honest, bytes)
      assert.equal(report.verdict, 'not-a-package')
      assert.equal(exitCodeOf(report), 2)
    }
  })
})

describe('renewals', () => {
  test('a later timestamp over the whole file is accepted, one over another file is not', async () => {
    const year = 365 * 86_400_000
    const renewal = await honest.renewal(60_000)
    const options = { policies: [honest.policy], now: honest.now + year }
    const good = await verifyPackage(memorySource(honest.bytes), {
      ...options,
      renewals: [{ name: 'a.tsr', bytes: renewal }],
    })
    assert.equal(good.verdict, 'verified')
    assert.equal(check(good, 'renewals')?.status, 'passed')
    const other = await buildSamplePackage({ seed: 'other' })
    const bad = await verifyPackage(memorySource(honest.bytes), {
      ...options,
      renewals: [{ name: 'b.tsr', bytes: await other.renewal(60_000) }],
    })
    assert.equal(bad.verdict, 'failed')
    assert.equal(check(bad, 'renewals')?.code, 'timestamp-imprint')
    assert.equal(check(bad, 'renewals')?.where, 'b.tsr')
  })
})

test('a verification that is stopped says so, and a source that fails is not a verdict', async () => {
  const stop = AbortSignal.abort()
  const options = { policies: [], now: 0 }
  await assert.rejects(verifyPackage(memorySource(honest.bytes), { ...options, signal: stop }), { code: 'aborted' })
  const broken = { size: honest.bytes.length, read: () => Promise.reject(new Error('the disk is gone')) }
  await assert.rejects(verifyPackage(broken, options), /disk is gone/)
})
