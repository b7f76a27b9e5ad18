/** The step log as the record prints it, read from the action log of the capture. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { CaptureResult } from '../capture/capture-result.ts'
import { stepWords } from '../document/step-words.ts'

const lineSchema = z.looseObject({
  at: z.union([z.number(), z.string()]),
  kind: z.string(),
  page: z.number().nullable(),
  text: z.string(),
})

/** Lines printed at most; the whole log is in the package, and its digest in the record. */
const LINES = 60

export async function stepsOf(result: CaptureResult): Promise<{ at: number; text: string }[]> {
  const log = result.files.find((file) => file.path === result.actionLog)
  if (log === undefined) return []
  const steps = (await readFile(log.file, 'utf8')).split('\n').flatMap((line) => {
    if (line === '') return []
    const read = lineSchema.safeParse(JSON.parse(line))
    if (!read.success) return []
    const { at, kind, page, text } = read.data
    const words = stepWords(kind, page, text)
    return words === null ? [] : [{ at: typeof at === 'number' ? at : Date.parse(at), text: words }]
  })
  return steps.slice(0, LINES)
}
