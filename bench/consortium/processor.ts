/** Processor seconds that a process has used: what a figure rests on when the machine has other work too. Linux; elsewhere 0. */
import { readFileSync } from 'node:fs'

/** Ticks a second of proc_pid_stat(5); 100 on every Linux that Node runs on. */
const TICKS = 100

export function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // After the name in parentheses: state is field 3, utime 14, stime 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS
  } catch {
    return 0
  }
}
