import type { Text } from '../language.ts'
import type { Finding } from './finding.ts'

const LINUX: Text = {
  zh: 'Linux：全部功能；测试在其上运行',
  en: 'Linux: everything; the tests run on it',
}
const MACOS: Text = {
  zh: 'macOS：除“抓取占用内存过多时中止”外功能齐全；需有 Chrome、Chromium 或 Edge（随 npm 的浏览器只有 Linux 版）；项目的测试不在其上运行',
  en: 'macOS: everything but stopping a page that fills the memory; needs a Chrome, Chromium or Edge (the browser from npm is for Linux); the tests of the project do not run on it',
}
const WINDOWS: Text = {
  zh: 'Windows：取证、固证、核验、接口可用；运行联盟成员节点（CometBFT 用 Unix 套接字）与 PKCS#11 不可用；文件权限由系统账户管理；项目的测试不在其上运行。命令写作 node mingzheng up',
  en: 'Windows: captures, fixing, verification and the interface; no node of a consortium (CometBFT is spoken to by Unix sockets) and no PKCS#11; who may read the data folder is up to the accounts of the system; the tests of the project do not run on it. Commands are written node mingzheng up',
}

/** What this operating system can do, and what it cannot and why. The same is said in the README. */
export function system(platform: NodeJS.Platform, architecture: string): Finding {
  const finding = (state: Finding['state'], words: Text): Finding => ({
    subject: 'system',
    state,
    words: { zh: `${words.zh}（${architecture}）`, en: `${words.en} (${architecture})` },
    remedy: null,
  })
  // As the lockfile has bundled Node and PostgreSQL for them.
  const known: Partial<Record<NodeJS.Platform, readonly string[]>> = {
    linux: ['x64', 'arm64'],
    darwin: ['x64', 'arm64'],
    win32: ['x64'],
  }
  if (known[platform]?.includes(architecture) !== true) {
    const words = {
      zh: `${platform}：没有自带的 Node 与 PostgreSQL，不支持`,
      en: `${platform}: no bundled Node and PostgreSQL; not supported`,
    }
    return finding('bad', words)
  }
  if (platform === 'linux') return finding('good', LINUX)
  return finding('optional', platform === 'darwin' ? MACOS : WINDOWS)
}
