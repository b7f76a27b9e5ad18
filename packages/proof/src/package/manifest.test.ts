import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeJson, fromUtf8, type JsonValue, utf8 } from '@mingzheng/kernel'
import { sampleManifest } from '../testing/sample-manifest.ts'
import { decodeManifest, encodeManifest, type Manifest } from './manifest.ts'

const manifest = sampleManifest([{ path: 'data/a.txt', content: utf8('a') }])

describe('manifest', () => {
  test('reads back as it was written', () => {
    assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest)
  })

  test('another spelling of the same manifest is refused', () => {
    const text = fromUtf8(encodeManifest(manifest))
    for (const other of [` ${text}`, `${text}\n`, text.replace('"version":1', '"version": 1'), `\ufeff${text}`]) {
      assert.throws(() => decodeManifest(utf8(other)), { code: 'json-not-canonical' })
    }
  })

  test('wrong, missing and unknown fields are refused by name', () => {
    const wrong: [Partial<Record<keyof Manifest | 'extra', unknown>>, string][] = [
      [{ version: 2 }, 'version'],
      [{ number: 'MZ-1' }, 'number'],
      [{ edition: 0 }, 'edition'],
      [{ demo: 'no' }, 'demo'],
      [{ officers: [{ name: '', cardNumber: null }] }, 'officers.0.name'],
      [{ files: [{ ...manifest.files[0], path: 'data/../x' }] }, 'files.0.path'],
      [{ files: [{ ...manifest.files[0], path: 'proof/x' }] }, 'files.0.path'],
      [{ files: [{ ...manifest.files[0], sha256: 'AA'.repeat(32) }] }, 'files.0.sha256'],
      [{ extra: 1 }, ''],
      [{ time: { ...manifest.time, startedAt: '2026-11-24T08:00:00Z' } }, 'time.startedAt'],
    ]
    for (const [change, field] of wrong) {
      const bytes = encodeJson({ ...manifest, ...change } as JsonValue)
      assert.throws(() => decodeManifest(bytes), { code: 'manifest-invalid', field }, field)
    }
    const { witness: _, ...without } = manifest
    assert.throws(() => decodeManifest(encodeJson(without as JsonValue)), {
      code: 'manifest-invalid',
      field: 'witness',
    })
  })

  test('a manifest that contradicts itself is refused', () => {
    const [file] = manifest.files
    const contradictions: [Partial<Manifest>, string][] = [
      [{ files: [file!, file!] }, 'files'],
      [{ complete: false }, 'incompleteReason'],
      [{ incompleteReason: 'no' }, 'incompleteReason'],
      [{ time: { ...manifest.time, endedAt: '2026-11-24T07:00:00.000Z' } }, 'time.endedAt'],
      [{ edition: 2 }, 'editionKind'],
      [{ edition: 2, editionKind: 'signature' }, 'parents'],
      [{ editionKind: 'voiding' }, 'editionKind'],
      [{ environment: { path: 'data/none', sha256: '0'.repeat(64) } }, 'environment'],
      [{ environment: { path: file!.path, sha256: '0'.repeat(64) } }, 'environment'],
    ]
    for (const [change, field] of contradictions) {
      assert.throws(() => encodeManifest({ ...manifest, ...change }), { code: 'manifest-invalid', field }, field)
    }
  })

  test('a later edition names the one before it, of the same number', () => {
    const parent = { relation: 'edition' as const, number: manifest.number, edition: 1, manifestSha256: '0'.repeat(64) }
    const later = { ...manifest, edition: 2, editionKind: 'signature' as const, parents: [parent] }
    assert.equal(decodeManifest(encodeManifest(later)).edition, 2)
    const foreign = { ...parent, number: manifest.number.replace('00000001', '00000002') }
    assert.throws(() => encodeManifest({ ...later, parents: [foreign] }), {
      code: 'manifest-invalid',
      field: 'parents',
    })
    assert.throws(() => encodeManifest({ ...later, edition: 3 }), { code: 'manifest-invalid', field: 'parents' })
  })
})
