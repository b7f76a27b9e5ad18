import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  type Behaviour,
  type ExportOptions,
  SECTIONS,
  type SectionName,
  subjectOf,
  type Truth,
  unitsOf,
} from '@mingzheng/demo'
import type { Examined, Verdict } from './score.ts'

const ROOT = join(import.meta.dirname, '../..')
const RANK: readonly Verdict[] = ['below threshold', "can't decide", 'lead']

interface Answer {
  readonly id: string | null
  readonly findings?: readonly { readonly behaviour: Behaviour; readonly decision: Verdict }[]
  readonly error?: unknown
}

/** Writes a section of the market to a file in `folder`, and has it examined by the public command. */
export async function examineSection(
  section: SectionName,
  options: ExportOptions,
  folder: string,
): Promise<ReadonlyMap<Behaviour, Examined>> {
  const file = join(folder, `${section}.jsonl`)
  const behaviours = SECTIONS[section]
  const truths = new Map<Behaviour, Map<string, Truth>>(behaviours.map((behaviour) => [behaviour, new Map()]))
  const groups = await writeSection(section, options, file, truths)
  const verdicts = await examine(file, behaviours)
  await rm(file)
  return new Map(
    behaviours.map((behaviour) => [
      behaviour,
      { groups, truths: truths.get(behaviour)!, verdicts: verdicts.get(behaviour)! },
    ]),
  )
}

async function writeSection(
  section: SectionName,
  options: ExportOptions,
  file: string,
  truths: ReadonlyMap<Behaviour, Map<string, Truth>>,
): Promise<Map<string, string>> {
  const out = createWriteStream(file)
  const groups = new Map<string, string>()
  for (const unit of unitsOf(section, options)) {
    groups.set(unit.subject, unit.group)
    for (const truth of unit.truths) truths.get(truth.behaviour)?.set(truth.subject, truth)
    const text = unit.lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
  return groups
}

async function examine(
  file: string,
  behaviours: readonly Behaviour[],
): Promise<ReadonlyMap<Behaviour, Map<string, Verdict>>> {
  const verdicts = new Map<Behaviour, Map<string, Verdict>>(behaviours.map((behaviour) => [behaviour, new Map()]))
  const child = spawn(join(ROOT, 'mingzheng'), ['examine', file, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close') as Promise<[number | null]>
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, findings = [], error } = JSON.parse(line) as Answer
    if (error !== undefined || id === null) throw new Error(`a line of the market could not be read: ${line}`)
    for (const { behaviour, decision } of findings) {
      const own = verdicts.get(behaviour)
      if (own === undefined) continue
      const subject = subjectOf(id)
      if (RANK.indexOf(decision) > RANK.indexOf(own.get(subject) ?? 'below threshold')) own.set(subject, decision)
    }
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`examine ended with ${code}`)
  return verdicts
}
