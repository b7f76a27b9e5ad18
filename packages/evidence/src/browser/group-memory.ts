/** How much memory a browser with all its processes holds, so that a page that fills it can be stopped. */
import { readdir, readFile } from 'node:fs/promises'

/** Size of a page of memory on the systems that have `/proc`. */
const PAGE_BYTES = 4096

/**
 * Private memory of all processes of a process group, bytes; `null` where the system does not tell. Reads `/proc`
 * (proc(5): `stat` field 5 is the group, `statm` has resident and shared pages).
 */
export async function groupMemory(group: number): Promise<number | null> {
  let entries: string[]
  try {
    entries = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  } catch {
    return null
  }
  const each = await Promise.all(entries.map((pid) => privateBytes(pid, group)))
  return each.reduce((sum, bytes) => sum + bytes, 0)
}

async function privateBytes(pid: string, group: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything; what follows the last bracket is in fixed fields.
    const [, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(itsGroup) !== group) return 0
    const [, resident, shared] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ').map(Number)
    return Math.max(0, resident! - shared!) * PAGE_BYTES
  } catch {
    return 0
  }
}
