/**
 * CometBFT that outlived its parent: it ends by itself when its sockets close, and if it has not yet, the next start ends it. A
 * number alone says nothing, since numbers are given again: the time at which the process began is compared as well.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const record = z.strictObject({ pid: z.number().int().positive(), began: z.string().min(1) })

/** Notes a child for {@link endLeftOver}. */
export function noteChild(file: string, pid: number): void {
  const began = beganAt(pid)
  if (began !== null) writeFileSync(file, JSON.stringify({ pid, began }), { mode: 0o600 })
}

/** Ends the noted child if it still runs; `true` when it did. */
export async function endLeftOver(file: string, graceMs: number): Promise<boolean> {
  const noted = read(file)
  rmSync(file, { force: true })
  if (noted === null || beganAt(noted.pid) !== noted.began) return false
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(noted.pid, signal)
    } catch {
      return true
    }
    for (let waited = 0; waited < graceMs; waited += 20) {
      if (beganAt(noted.pid) !== noted.began) return true
      await sleep(20)
    }
  }
  return true
}

function read(file: string): z.infer<typeof record> | null {
  if (!existsSync(file)) return null
  try {
    return record.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Cut off by a crash of the machine, with which the process ended as well.
    return null
  }
}

/** When a process began, in the words of the system; `null` when it has ended. */
function beganAt(pid: number): string | null {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
    }
    // proc_pid_stat(5): after the name in parentheses come state (3) and, as field 22, the start in clock ticks.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}
