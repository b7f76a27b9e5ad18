/** The Chromium that comes by npm (`@sparticuz/chromium`), for machines without a browser of their own. */
import { createReadStream, createWriteStream } from 'node:fs'
import { access, chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import type { BrowserChoice } from './browser-choice.ts'

const LACKS = ['GPU drawing and proprietary media codecs; a browser of the system has them'] as const

/**
 * The npm browser, unpacked once into `folder` with a Chinese font and a fontconfig file of its own. `null` where the
 * optional package is not installed. Unpacking that is cut off leaves nothing that could be taken for whole.
 */
export async function npmChromium(folder: string): Promise<BrowserChoice | null> {
  const packed = packageFolder('@sparticuz/chromium')
  if (packed === null || process.platform !== 'linux') return null
  const home = join(folder, 'chromium')
  const executable = join(home, 'chromium')
  if (!(await isThere(executable))) await unpack(packed, folder, home)
  const fonts = await writeFontSettings(folder)
  return {
    kind: 'npm',
    executable,
    arguments: ['--disable-gpu', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    environment: { FONTCONFIG_FILE: fonts, LD_LIBRARY_PATH: home },
    lacks: LACKS,
  }
}

async function unpack(packed: string, folder: string, home: string): Promise<void> {
  const temporary = join(folder, `chromium.${process.pid}.unpacking`)
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { recursive: true, mode: 0o755 })
  await pipeline(
    createReadStream(join(packed, 'bin', 'chromium.br')),
    createBrotliDecompress(),
    createWriteStream(join(temporary, 'chromium')),
  )
  for (const archive of ['al2023.tar.br', 'swiftshader.tar.br']) {
    await pipeline(
      createReadStream(join(packed, 'bin', archive)),
      createBrotliDecompress(),
      async (source: AsyncIterable<Buffer>) => {
        for await (const member of tarMembers(source)) {
          const name = member.name.split('/').at(-1)!
          if (name !== '') await writeFile(join(temporary, name), member.bytes, { mode: 0o755 })
        }
      },
    )
  }
  await chmod(join(temporary, 'chromium'), 0o755)
  await rename(temporary, home)
}

/** Plain files of a tar stream (POSIX ustar). */
async function* tarMembers(source: AsyncIterable<Buffer>): AsyncGenerator<{ name: string; bytes: Buffer }> {
  let rest = Buffer.alloc(0)
  const parts: Buffer[] = []
  for await (const chunk of source) parts.push(chunk)
  rest = Buffer.concat(parts)
  for (let at = 0; at + 512 <= rest.length; ) {
    const header = rest.subarray(at, at + 512)
    const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '')
    if (name === '') return
    const size = Number.parseInt(header.toString('latin1', 124, 136).replace(/\0.*$/s, '').trim() || '0', 8)
    const type = header[156]
    if (type === 0x30 || type === 0) yield { name, bytes: rest.subarray(at + 512, at + 512 + size) }
    at += 512 + Math.ceil(size / 512) * 512
  }
}

/** A fontconfig file that adds the fonts that came by npm to those of the system. */
async function writeFontSettings(folder: string): Promise<string> {
  const file = join(folder, 'fonts.conf')
  const cache = join(folder, 'font-cache')
  await mkdir(cache, { recursive: true, mode: 0o777 })
  await chmod(cache, 0o777)
  const folders = ['/usr/share/fonts', '/usr/local/share/fonts', await copyFonts(folder)]
  await writeFile(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map((each) => `  <dir>${each}</dir>`).join('\n')}
  <cachedir>${cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
`,
  )
  return file
}

/** Copies the weights that pages use most: the browser's user may not be able to reach where npm put them. */
async function copyFonts(folder: string): Promise<string> {
  const target = join(folder, 'fonts')
  await mkdir(target, { recursive: true, mode: 0o755 })
  const font = packageFolder('@expo-google-fonts/noto-sans-sc')
  if (font === null) return target
  for (const weight of ['400Regular', '700Bold']) {
    for (const name of await readdir(join(font, weight))) {
      const copy = join(target, name)
      if (!name.endsWith('.ttf') || (await isThere(copy))) continue
      await copyFile(join(font, weight, name), `${copy}.writing`)
      await rename(`${copy}.writing`, copy)
    }
  }
  return target
}

function packageFolder(name: string): string | null {
  try {
    // By its package.json, which a package need not export.
    const found = findPackageJSON(name, import.meta.url)
    return found === undefined ? null : dirname(found)
  } catch {
    return null
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
