import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { manualClock, toHex } from '@mingzheng/kernel'
import { parseCertificate } from '@mingzheng/proof'
import { type Installation, openInstallation } from './installation.ts'

const DAY_MS = 86_400_000

describe('what an organisation issues with', () => {
  let folder: string
  let installation: Installation
  const clock = manualClock(Date.UTC(2026, 10, 24))
  const open = () =>
    openInstallation({
      folder: join(folder, 'installation'),
      clock,
      province: '330000',
      host: null,
      demo: false,
      organisation: { zh: '甲局', en: 'First office' },
      timestampRoots: [],
      token: null,
    })
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzheng-keys-'))
    installation = await open()
  })
  after(async () => {
    await installation?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** The public keys, and the organisation that their certificates name. */
  async function of(name: string) {
    const { document, seal } = await installation.organisationKeys(name)
    const certificates = seal.map(({ certificates: [own] }) => parseCertificate(own!))
    assert.equal(toHex(document.signer.publicKey.bytes), toHex(seal[0]!.signer.publicKey.bytes))
    return {
      keys: seal.map(({ signer }) => `${signer.publicKey.algorithm} ${toHex(signer.publicKey.bytes)}`),
      serials: certificates.map(({ serialHex }) => serialHex),
      names: [...new Set(certificates.map(({ subject }) => subject.organisation))],
      authority: document.serial,
    }
  }

  test('are keys of its own, a P-256 and an SM2 one, certified in its name; the same when asked at once, again, and after a start', async () => {
    const [first, second, ...same] = await Promise.all(['甲局', '乙局', '乙局', '乙局'].map(of))
    assert.deepEqual([first!.names, second!.names], [['甲局'], ['乙局']])
    assert.deepEqual(
      second!.keys.map((key) => key.split(' ')[0]),
      ['p256', 'sm2'],
    )
    assert.equal(new Set([...first!.keys, ...second!.keys]).size, 4)
    for (const one of [...same, await of('乙局')]) assert.deepEqual(one, second)
    await installation.close()
    installation = await open()
    assert.deepEqual(await of('乙局'), second)
    assert.deepEqual(await of('甲局'), first)
  })

  test('get another certificate for the same key when theirs is about to end or was replaced', async () => {
    const before = await of('乙局')
    await installation.authority.revoke(before.authority, 'superseded')
    const replaced = await of('乙局')
    assert.deepEqual(replaced.keys, before.keys)
    assert.notDeepEqual(replaced.serials, before.serials)
    clock.set(clock.now() + (3 * 365 - 20) * DAY_MS)
    const renewed = await of('乙局')
    assert.deepEqual(renewed.keys, before.keys)
    assert.equal(new Set([...renewed.serials, ...replaced.serials]).size, 4)
  })

  test('are other keys once theirs was given away, without a start', async () => {
    const before = await of('乙局')
    await installation.authority.revoke(before.authority, 'key-compromise')
    const after = await of('乙局')
    assert.notEqual(after.keys[0], before.keys[0])
    assert.equal(after.keys[1], before.keys[1])
    assert.deepEqual(await of('乙局'), after)
  })
})
