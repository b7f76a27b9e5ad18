/** Ends a program with everything that it started. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs a program of the system to its end, whatever that is. */
export type RunTool = (program: string, args: readonly string[]) => Promise<void>

const runTool: RunTool = async (program, args) => {
  const child = spawn(program, args, { stdio: 'ignore', windowsHide: true })
  await Promise.race([once(child, 'exit'), once(child, 'error')])
}

/**
 * Everywhere but on Windows one signal reaches the whole process group that `pid` leads. Windows has no groups: its own tool ends a
 * program with its children. What has ended already is no error.
 */
export async function endGroup(
  pid: number,
  platform: NodeJS.Platform = process.platform,
  run: RunTool = runTool,
): Promise<void> {
  if (platform === 'win32') return run('taskkill', ['/PID', String(pid), '/T', '/F'])
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** What a browser is told of its surroundings: a home of its own, and nothing of ours. */
export function browserEnvironment(
  folder: string,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  // What a Windows program cannot do without (SystemRoot and its like) Node adds by itself.
  if (platform === 'win32') {
    return { USERPROFILE: folder, APPDATA: folder, LOCALAPPDATA: folder, TEMP: folder, TMP: folder }
  }
  return {
    HOME: folder,
    TMPDIR: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    // A locale that every system has: names of files in Chinese need UTF-8. macOS has no C.UTF-8.
    LANG: platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
    LANGUAGE: 'zh_CN',
  }
}
