import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import { needs, toolPath } from '../../../../tests/capability.ts'
import { searchableUrl } from './cdxj.ts'
import { checkWacz } from './check-wacz.ts'
import { maskArchive } from './masked-archive.ts'
import { readArchive } from './read-archive.ts'
import { requestQuery } from './request-query.ts'
import { newRecordId, openWarc } from './warc-writer.ts'
import { WARC_NAME, writeWacz } from './write-wacz.ts'

const AT = Date.UTC(2026, 10, 24, 8)
const SECRET = 'c0ffee-session-0123456789'

async function withArchive(run: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mingzheng-wacz-test-'))
  try {
    const warcFile = join(folder, WARC_NAME)
    const warc = await openWarc(warcFile, WARC_NAME, { software: 'test' }, AT)
    const exchange = async (url: string, status: number, payload: string, cookie = '') => {
      const id = newRecordId()
      await warc.write(
        {
          type: 'response',
          id,
          at: AT + 5,
          targetUri: url,
          ipAddress: '203.0.113.9',
          contentType: 'application/http;msgtype=response',
          head: utf8(`HTTP/1.1 ${status} OK\r\ncontent-type: text/html\r\n${cookie}\r\n`),
          payload: utf8(payload),
          payloadDigest: true,
        },
        { url, method: 'GET', requestBody: '', status, mime: 'text/html' },
      )
      await warc.write({
        type: 'request',
        at: AT + 5,
        targetUri: url,
        concurrentTo: id,
        contentType: 'application/http;msgtype=request',
        head: utf8(`GET / HTTP/1.1\r\nHost: a.example\r\nCookie: sid=${SECRET}; lang=zh\r\n\r\n`),
        payload: new Uint8Array(0),
        payloadDigest: false,
      })
    }
    await exchange(
      'https://a.example/',
      200,
      `<title>商品</title><script>var t="${SECRET}"</script>`,
      `set-cookie: sid=${SECRET}; Path=/\r\n`,
    )
    await exchange('https://a.example/b?x=1', 404, '')
    await warc.finish()
    const path = join(folder, 'capture.wacz')
    const pages = [{ id: '1', url: 'https://a.example/', at: AT, title: '商品', text: '商品' }]
    await writeWacz(path, {
      title: '商品',
      software: 'test',
      createdAt: AT,
      warc: warcFile,
      indexed: warc.indexed,
      pages,
    })
    await run(path, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('the archive of a capture', () => {
  test('an archive as it was written passes our own check', () =>
    withArchive(async (path) => {
      assert.deepEqual(await checkWacz(path), { ok: true, problems: [], records: 5, indexed: 2, pages: 1 })
    }))

  test('an archive as it was written passes the public validator', needs('wacz'), () =>
    withArchive(async (path) => {
      const { stdout } = await promisify(execFile)(toolPath('wacz'), ['validate', '-f', path])
      assert.match(stdout, /Validation succeeded/)
    }),
  )

  test('any changed byte of the archive is found', () =>
    withArchive(async (path, folder) => {
      const bytes = await readFile(path)
      const random = seededRandom('any changed byte of the archive')
      for (let i = 0; i < 300; i++) {
        const [a, b, c, bit] = random(4) as unknown as [number, number, number, number]
        const at = ((a << 16) | (b << 8) | c) % bytes.length
        const changed = Buffer.from(bytes)
        changed[at] = changed[at]! ^ (1 << (bit % 8))
        const other = join(folder, 'changed.wacz')
        await writeFile(other, changed)
        assert.equal((await checkWacz(other)).ok, false, `byte ${at}, bit ${bit % 8}`)
      }
    }))

  test('a cut or lengthened archive is refused', () =>
    withArchive(async (path, folder) => {
      const bytes = await readFile(path)
      const other = join(folder, 'other.wacz')
      for (const changed of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from([0])]), Buffer.alloc(0)]) {
        await writeFile(other, changed)
        assert.equal((await checkWacz(other)).ok, false)
      }
    }))

  test('a masked copy holds no secret, names its original and passes the check; the original stays as it was', () =>
    withArchive(async (path, folder) => {
      const before = await readFile(path)
      const derived = join(folder, 'masked.wacz')
      const { masked, original } = await maskArchive(path, derived)
      assert.ok(masked.cookies >= 1 && masked.headers >= 3 && masked.bodies === 1)
      assert.deepEqual((await checkWacz(derived)).problems, [])
      const exchanges = await readArchive(derived)
      const text = exchanges
        .map((each) => `${Buffer.from(each.payload).toString()} ${JSON.stringify(each.headers)}`)
        .join()
      assert.ok(!text.includes(SECRET))
      assert.match(text, /sid=\*{25}; Path=\//)
      assert.match((await readFile(derived)).toString('latin1'), new RegExp(`"derivedFrom": "${original}"`))
      assert.deepEqual(await readFile(path), before)
      const again = join(folder, 'again.wacz')
      await maskArchive(path, again)
      assert.deepEqual(await readFile(again), await readFile(derived))
      assert.ok((await readArchive(path)).some((each) => Buffer.from(each.payload).toString().includes(SECRET)))
    }))
})

describe('what an index is looked up by', () => {
  test('hosts are turned round, schemes and letter case fall away', () => {
    assert.equal(searchableUrl('https://www.Example.org/index.html'), 'org,example,www)/index.html')
    assert.equal(searchableUrl('http://a.cn:8080/X?Y=1'), 'cn,a:8080)/x?y=1')
  })
  test('bodies become queries as the specification’s examples say', () => {
    const json =
      '{"type":"event","id":44.0,"float":35.7,"values":[true,false,null],"source":{"type":"component","id":"a+b&c= d","values":[3,4]}}'
    const expected =
      'type=event&id=44&float=35.7&values=true&values.2_=false&values.3_=null&type.2_=component&id.2_=a%2Bb%26c%3D+d&values.4_=3&values.5_=4'
    assert.equal(requestQuery('application/json', utf8(json)), expected)
    assert.equal(requestQuery('', utf8('hello')), '__wb_post_data=aGVsbG8=')
    assert.equal(
      requestQuery('application/x-www-form-urlencoded', utf8('say=Hi&to=Mom')),
      '__wb_post_data=say%3DHi%26to%3DMom',
    )
  })
  test('bodies that are not what their type says fall back to base64, broken JSON to nothing', () => {
    assert.equal(requestQuery('application/x-www-form-urlencoded', new Uint8Array([0xff])), '__wb_post_data=/w==')
    assert.equal(requestQuery('text/plain', utf8('{')), '__wb_post_data=ew==')
    assert.equal(requestQuery('application/json', utf8('{')), '')
    assert.equal(requestQuery('multipart/form-data', utf8('x')), '__wb_post_data=eA==')
  })
})
