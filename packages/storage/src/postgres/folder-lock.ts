/** One program a folder: a file names the holder, and a holder that died holds nothing. */
import { readFileSync } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { z } from 'zod'
import { storageFailure } from '../storage-failure.ts'

const holderSchema = z.object({ pid: z.number().int().positive(), started: z.string() })

export interface FolderLock {
  release(): Promise<void>
}

/** Takes the lock, or throws `database-folder-in-use` naming the holder. */
export async function lockFolder(file: string): Promise<FolderLock> {
  const holder = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) })
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = await open(file, 'wx', 0o600)
      await handle.writeFile(holder)
      await handle.close()
      return {
        async release() {
          if ((await readFile(file, 'utf8').catch(() => '')) === holder) await rm(file, { force: true })
        },
      }
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error
    }
    const text = await readFile(file, 'utf8').catch(() => '')
    const pid = await livingHolder(text)
    if (pid !== null) {
      throw storageFailure('database-folder-in-use', `the data folder is in use by process ${pid}`, {
        field: 'data',
        remedy: 'stop that program first, or choose another data folder',
      })
    }
    // Removed only while it still names the dead holder, so that of two starters one wins.
    if ((await readFile(file, 'utf8').catch(() => '')) === text) await rm(file, { force: true })
  }
  throw storageFailure('database-folder-in-use', 'the data folder is being taken by another program', { field: 'data' })
}

/** The pid of a holder that still runs; a process that began at another moment only reuses its number. */
async function livingHolder(text: string): Promise<number | null> {
  let holder: z.infer<typeof holderSchema>
  try {
    holder = holderSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
  if (!isAlive(holder.pid)) return null
  return (await startOf(holder.pid)) === holder.started ? holder.pid : null
}

/** Whether a process runs. One that ended and was never collected by its parent only looks so (containers, `kill -9`). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isCorpse(pid)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

function isCorpse(pid: number): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return /^\) [ZX]/.test(line.slice(line.lastIndexOf(')')))
  } catch {
    return false
  }
}

/** When a process began, as the system counts it, with the boot's id; empty where the system does not say. */
async function startOf(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (line === '') return ''
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  // Field 22, counted after the command's closing bracket, since a command may hold spaces (proc(5)).
  return `${boot.trim()} ${line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
}
