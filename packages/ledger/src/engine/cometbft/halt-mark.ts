/** That a member has halted, kept over restarts: starting again without somebody having looked would be a loop. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { utcText } from '@mingzheng/kernel'
import { z } from 'zod'

const schema = z.strictObject({ height: z.number().int().min(0), reason: z.string(), at: z.string() })

export type HaltMark = z.infer<typeof schema>

const fileOf = (folder: string) => join(folder, 'halted.json')

export function readHalt(folder: string): HaltMark | null {
  const file = fileOf(folder)
  if (!existsSync(file)) return null
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return { height: 0, reason: `${file} cannot be read`, at: '' }
  }
}

export function writeHalt(folder: string, height: number, reason: string, now: number): void {
  writeFileSync(fileOf(folder), JSON.stringify({ height, reason, at: utcText(now) }), { mode: 0o600 })
}

/** Lets a halted member's engine start again. */
export function clearHalt(folder: string): void {
  rmSync(fileOf(folder), { force: true })
}
