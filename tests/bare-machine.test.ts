/** A machine with Node and npm only: no browser, none of a browser's libraries, no fonts, no openssl. They are hidden, not removed. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { startMarketplace } from '@mingzheng/demo'
import { openPackage } from '@mingzheng/evidence'
import { memorySource } from '@mingzheng/proof'
import { environment, ROOT } from './launched-up.ts'

const FOLDERS = [
  '/usr/share/fonts',
  '/usr/local/share/fonts',
  '/usr/share/fontconfig',
  '/etc/fonts',
  '/usr/lib/chromium',
]
const PROGRAMS =
  'chromium chromium-browser google-chrome google-chrome-stable microsoft-edge openssl fc-list fc-match pdfsig unzip ffmpeg'
/** What a Debian as it comes has none of, and what Chromium is linked with. */
const LIBRARIES =
  'nss3 nssutil smime ssl3 nspr plc4 plds4 X xcb xkb atk atspi cups gbm drm pango cairo asound glib gobject gio gmodule dbus expat freetype fontconfig harfbuzz png jpeg GL EGL vulkan wayland'

/** Run by a shell that has a view of the file system of its own; what it hides stays where it is for everybody else. */
const HIDE = `
mount --make-rprivate /
room=$1; shift
for folder in ${FOLDERS.join(' ')}; do [ ! -d $folder ] || mount -t tmpfs -o mode=755 tmpfs $folder; done
for name in ${PROGRAMS}; do [ ! -e /usr/bin/$name ] || mount --bind /dev/null /usr/bin/$name; done
mount -t tmpfs tmpfs $room; mkdir $room/hidden $room/work
libraries=/usr/lib/$(uname -m)-linux-gnu
for name in ${LIBRARIES}; do
  for file in $libraries/lib$name*; do [ ! -f "$file" ] || mknod "$room/hidden/\${file##*/}" c 0 0; done
done
mount -t overlay overlay -o lowerdir=$libraries,upperdir=$room/hidden,workdir=$room/work $libraries
exec "$@"
`

const probe = spawnSync('unshare', ['-m', 'sh', '-ec', HIDE, 'sh', '/mnt', 'true'])
const options =
  probe.status === 0 ? {} : { skip: 'hiding parts of the system needs root, mount namespaces and overlays' }

describe('a machine with nothing but Node and npm', options, () => {
  let folder: string
  let market: Awaited<ReturnType<typeof startMarketplace>>
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mz-bare-'))
    // The browser's user passes through.
    await chmod(folder, 0o711)
    market = await startMarketplace({ port: 0, now: Date.now })
  })
  after(async () => {
    await market?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function bare(...args: string[]) {
    const launcher = [process.execPath, join(ROOT, 'mingzheng'), ...args, '--data', join(folder, 'data')]
    const child = spawn('unshare', ['-m', 'sh', '-ec', HIDE, 'sh', '/mnt', ...launcher], {
      env: { ...environment(), MINGZHENG_CHROMIUM: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    return { out, code: code as number }
  }

  test('is told that browser and font come from npm', async () => {
    const { out } = await bare('doctor', '--json')
    const { findings } = JSON.parse(out) as { findings: { subject: string; state: string; words: { en: string } }[] }
    for (const subject of ['browser', 'fonts']) {
      const finding = findings.find((candidate) => candidate.subject === subject)
      assert.equal(finding?.state, 'optional')
      assert.match(finding?.words.en ?? '', /by npm/)
    }
  })

  test('captures a page whole, its Chinese drawn by the font from npm, and verifies it', async () => {
    const file = join(folder, 'evidence.zip')
    const taken = await bare('capture', `${market.url}/platform/licence`, '--allow-private', '--out', file, '--json')
    assert.equal(taken.code, 0)
    const { complete, receipt } = JSON.parse(taken.out) as { complete: boolean; receipt: { state: string } }
    assert.deepEqual([complete, receipt.state], [true, 'witnessed'])
    assert.equal((await bare('verify', file)).code, 0)
    const evidence = await openPackage(memorySource(new Uint8Array(await readFile(file))))
    const read = async (path: string) => Buffer.from(await evidence.read(path))
    assert.match((await read('data/pages/1/text.txt')).toString('utf8'), /[\u4e00-\u9fff]{4}/)
    const pdf = (await read('data/pages/1/page.pdf')).toString('latin1')
    const fonts = [...pdf.matchAll(/\/BaseFont\s*\/(?:[A-Z]{6}\+)?([\w-]+)/g)].map(([, name]) => name!)
    assert.ok(fonts.length > 0 && fonts.every((name) => name.startsWith('NotoSansSC')), fonts.join())
    const { browser } = JSON.parse((await read('data/environment.json')).toString('utf8')) as {
      browser: { choice: string }
    }
    assert.equal(browser.choice, 'npm')
  })
})
