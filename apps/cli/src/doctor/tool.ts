import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

/** A system tool that widens what the product or its tests can do. None is needed for a first capture. */
export interface Tool {
  readonly name: ToolName
  /** Programs looked for on the search path, in order of preference. */
  readonly programs: readonly string[]
  /**
   * Absolute paths tried when the search path has none; `~project` stands for the project's root, `~home` for the user's
   * folder, `~gopath` for Go's.
   */
  readonly places: readonly string[]
  /** An environment variable that names the program outright and wins over everything. */
  readonly variable?: string
  /** What it is for, in both languages. */
  readonly purpose: { readonly zh: string; readonly en: string }
  /** The one command that installs it on Debian and Ubuntu. */
  readonly remedy: string
}

export type ToolName =
  | 'openssl'
  | 'pdfsig'
  | 'chromium'
  | 'go'
  | 'cometbft'
  | 'wacz'
  | 'softhsm'
  | 'versitygw'
  | 'unzip'
  | 'sha256sum'
  | 'ffmpeg'
  | 'git'

export const TOOLS: readonly Tool[] = [
  {
    name: 'chromium',
    variable: 'MINGZHENG_CHROMIUM',
    programs: [
      'chromium',
      'chromium-browser',
      'google-chrome-stable',
      'google-chrome',
      'microsoft-edge-stable',
      'microsoft-edge',
    ],
    places: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      'C:/Program Files/Google/Chrome/Application/chrome.exe',
      'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
    ],
    purpose: { zh: '用系统浏览器取证', en: 'captures with the system’s browser' },
    remedy: 'apt-get install -y chromium',
  },
  {
    name: 'openssl',
    programs: ['openssl'],
    places: [],
    purpose: { zh: '不依赖本平台核验时间戳与国密摘要', en: 'checks timestamps and SM3 digests without this platform' },
    remedy: 'apt-get install -y openssl',
  },
  {
    name: 'pdfsig',
    programs: ['pdfsig'],
    places: [],
    purpose: { zh: '不依赖本平台核验文书签名', en: 'checks the signatures of documents without this platform' },
    remedy: 'apt-get install -y poppler-utils',
  },
  {
    name: 'unzip',
    programs: ['unzip'],
    places: [],
    purpose: { zh: '打开证据包', en: 'opens an evidence package' },
    remedy: 'apt-get install -y unzip',
  },
  {
    name: 'sha256sum',
    programs: ['sha256sum', 'gsha256sum'],
    places: [],
    purpose: { zh: '计算摘要', en: 'computes digests' },
    remedy: 'apt-get install -y coreutils',
  },
  {
    name: 'go',
    programs: ['go'],
    places: ['/usr/local/go/bin/go', '/usr/lib/go/bin/go'],
    purpose: { zh: '用公开的 C2SP 库核验回执', en: 'checks receipts with a public C2SP library' },
    remedy: 'apt-get install -y golang-go',
  },
  {
    name: 'cometbft',
    variable: 'MINGZHENG_COMETBFT',
    programs: ['cometbft'],
    places: ['~gopath/bin/cometbft', '~home/go/bin/cometbft'],
    purpose: {
      zh: '与其他机构共同记账（联盟模式）',
      en: 'orders a ledger together with other organisations (consortium)',
    },
    remedy: 'go install github.com/cometbft/cometbft/cmd/cometbft@v0.38.25',
  },
  {
    name: 'wacz',
    variable: 'MINGZHENG_WACZ',
    programs: ['wacz'],
    places: ['~project/.mingzheng/tools/wacz/bin/wacz'],
    purpose: { zh: '用第三方工具检查网页归档', en: 'checks web archives with a third party’s tool' },
    remedy: 'python3 -m venv .mingzheng/tools/wacz && .mingzheng/tools/wacz/bin/pip install wacz==0.6.0',
  },
  {
    name: 'softhsm',
    programs: ['softhsm2-util'],
    places: [],
    purpose: { zh: '测试 PKCS#11 密钥', en: 'tests keys behind PKCS#11' },
    remedy: 'apt-get install -y softhsm2',
  },
  {
    name: 'versitygw',
    variable: 'MINGZHENG_VERSITYGW',
    programs: ['versitygw'],
    places: ['~project/.mingzheng/tools/versitygw/versitygw'],
    purpose: {
      zh: '测试带对象锁定的 S3 存储',
      en: 'tests packages in an S3 bucket with object lock',
    },
    remedy: 'GOBIN=$PWD/.mingzheng/tools/versitygw go install github.com/versity/versitygw/cmd/versitygw@v1.8.0',
  },
  {
    name: 'ffmpeg',
    programs: ['ffmpeg'],
    places: [],
    purpose: { zh: '录屏取证（后续功能）', en: 'records screens (a later feature)' },
    remedy: 'apt-get install -y ffmpeg',
  },
  {
    name: 'git',
    programs: ['git'],
    places: [],
    purpose: { zh: '获取与更新源代码', en: 'fetches and updates the source' },
    remedy: 'apt-get install -y git',
  },
]

const PROJECT = resolve(import.meta.dirname, '../../../..')

/** The tool of that name in {@link TOOLS}. */
export function toolNamed(name: ToolName): Tool {
  const tool = TOOLS.find((candidate) => candidate.name === name)
  if (tool === undefined) throw new Error(`no tool is called ${name}`)
  return tool
}

/**
 * The absolute path of a tool's program, or `null` where the machine has none. Runs nothing.
 * @param environment variables in which the search path and the tool's own variable are looked up.
 */
export function findTool(name: ToolName, environment: NodeJS.ProcessEnv): string | null {
  const tool = toolNamed(name)
  const named = tool.variable === undefined ? undefined : environment[tool.variable]
  if (named !== undefined && named !== '') return isProgram(named) ? named : null
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const program of tool.programs) {
    for (const folder of (environment.PATH ?? '').split(delimiter)) {
      for (const suffix of suffixes) {
        const path = join(folder, program + suffix)
        if (folder !== '' && isProgram(path)) return path
      }
    }
  }
  return tool.places.map((place) => absolute(place, environment)).find(isProgram) ?? null
}

function absolute(place: string, environment: NodeJS.ProcessEnv): string {
  const home = environment.HOME || homedir()
  const goPath = environment.GOPATH?.split(delimiter)[0] || join(home, 'go')
  return place.replace('~project', PROJECT).replace('~home', home).replace('~gopath', goPath)
}

function isProgram(path: string): boolean {
  if (!existsSync(path) || !statSync(path).isFile()) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
