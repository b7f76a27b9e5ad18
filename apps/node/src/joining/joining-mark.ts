/** That a home has yet to take its state from the other members: it does nothing else before, and what was half taken is begun again. */
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeJson } from '@mingzheng/kernel'
import { z } from 'zod'
import { homeLayout } from '../home/home-layout.ts'
import { writeWhole } from '../home/write-whole.ts'

const schema = z.strictObject({
  version: z.literal(1),
  /** `admitted`: new keys, which have signed nothing. `returned`: keys that may have signed what this home does not know. */
  why: z.enum(['admitted', 'returned']),
})
export type Joining = z.infer<typeof schema>

export async function readJoining(home: string): Promise<Joining | null> {
  const bytes = await readFile(homeLayout(home).joining, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return bytes === null ? null : schema.parse(JSON.parse(bytes))
}

export function writeJoining(home: string, why: Joining['why']): Promise<void> {
  return writeWhole(homeLayout(home).joining, encodeJson({ version: 1, why }))
}

export function endJoining(home: string): Promise<void> {
  return rm(homeLayout(home).joining, { force: true })
}

/** Of a ledger that is taken anew: the lock, what its gateway accepted, and over what this member signed. */
export const STAYS_OF_LEDGER: ReadonlySet<string> = new Set(['lock.sqlite', 'gateway', 'witness'])
/** Of the engine's data: what it voted. */
export const SIGNED_BY_ENGINE: ReadonlySet<string> = new Set(['priv_validator_state.json'])

/** Takes away what an attempt before left. What this member has signed stays known, and what it accepted. */
export async function forgetHalfTaken(home: string): Promise<void> {
  const { ledger, comet } = homeLayout(home)
  for (const [folder, stays] of [
    [ledger, STAYS_OF_LEDGER],
    [join(comet, 'data'), SIGNED_BY_ENGINE],
  ] as const) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!stays.has(name)) await rm(join(folder, name), { recursive: true, force: true })
    }
  }
  await rm(join(comet, 'halted.json'), { force: true })
}
