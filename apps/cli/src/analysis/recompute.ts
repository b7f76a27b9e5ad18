import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { findInstance } from '../instance/instance-file.ts'
import type { Text } from '../language.ts'
import { analysisProgram } from './analysis-program.ts'

export const recompute: Command = {
  name: 'recompute',
  usage: 'recompute STATEMENT [--snapshot FILE] [--lines FILE] [--data FOLDER] [--json]',
  summary: {
    zh: '由快照（比对多件商品的模型还由其所比对的各行）重新计算一条监测发现并与其说明比对；未给的向本机运行中的实例取；退出码：0 相同，1 不同或无法计算',
    en: 'computes a finding again from its snapshot (and, of models that compare listings, the lines they compared) and compares; what is not given the instance on the data folder is asked for; exit 1 when it is not the same',
  },
  async run(context, args) {
    const read = readArguments(args, {
      snapshot: { type: 'string' },
      lines: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean' },
    })
    const [given, ...more] = read.positionals
    if (given === undefined || more.length > 0) {
      throw new Failure('argument-wrong', 'one statement is needed', {
        field: 'STATEMENT',
        remedy: `./mingzheng ${recompute.usage}`,
      })
    }
    const file = resolve(context.workingFolder, given)
    const json = switchOption(read, 'json')
    const show = (line: string) => (json ? context.print(line) : showChecks(context, line))
    const at = (name: string) => {
      const path = textOption(read, name)
      return path === null ? null : resolve(context.workingFolder, path)
    }
    const folder = await mkdtemp(join(tmpdir(), 'mz-recompute-'))
    try {
      const data = dataFolder(context, textOption(read, 'data'))
      const named = await digestsOf(file)
      const snapshot = at('snapshot') ?? (await fetchBody(data, named.snapshot, join(folder, 'snapshot')))
      const lines = at('lines') ?? (await fetchBody(data, named.lines, join(folder, 'lines')))
      return await analysisProgram(context, ['recompute', file, snapshot ?? '', lines ?? ''], show)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const namesSchema = z.object({
  inputs: z.object({ snapshot: z.object({ sha256: digest }), panel: z.object({ sha256: digest }).optional() }),
})

/** The digests of what a statement rests on, bare or as the interface answers it; `null` for what it does not name. */
async function digestsOf(file: string): Promise<{ snapshot: string | null; lines: string | null }> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as { statement?: unknown }
    const statement: unknown = typeof value.statement === 'string' ? JSON.parse(value.statement) : value
    const { snapshot, panel } = namesSchema.parse(statement).inputs
    return { snapshot: snapshot.sha256, lines: panel?.sha256 ?? null }
  } catch {
    // What is no statement is said by the program that reads it.
    return { snapshot: null, lines: null }
  }
}

/** What is kept under a digest, from the instance that runs; `null` when none runs or it has none. */
async function fetchBody(data: string, sha256: string | null, target: string): Promise<string | null> {
  const instance = sha256 === null ? null : await findInstance(data)
  if (instance === null) return null
  const answer = await fetch(`${instance.url}/api/snapshots/${sha256}`, {
    headers: { authorization: `Bearer ${instance.token}` },
  })
  if (!answer.ok) return null
  await writeFile(target, new Uint8Array(await answer.arrayBuffer()))
  return target
}

const answerSchema = z.looseObject({
  same: z.boolean().default(false),
  checks: z.array(z.object({ name: z.string(), state: z.string(), detail: z.string() })).default([]),
  error: z.looseObject({ detail: z.string() }).optional(),
})

const NAMES: { readonly [name: string]: Text } = {
  statement: { zh: '发现说明', en: 'statement' },
  entry: { zh: '账本记录', en: 'ledger entry' },
  snapshot: { zh: '快照', en: 'snapshot' },
  line: { zh: '读出的商品', en: 'listing as read' },
  model: { zh: '识别模型', en: 'model' },
  plant: { zh: '试验线索', en: 'planted lead' },
  result: { zh: '探针结果', en: 'result' },
  order: { zh: '先承诺后结果', en: 'committed before' },
  outcome: { zh: '结论', en: 'outcome' },
  finding: { zh: '发现', en: 'finding' },
}
const STATES: { readonly [state: string]: Text } = {
  passed: { zh: '相同', en: 'same' },
  failed: { zh: '不同', en: 'not the same' },
  'not checked': { zh: '未核对', en: 'not checked' },
}

function showChecks(context: Context, line: string): void {
  const { same, checks, error } = answerSchema.parse(JSON.parse(line))
  const { language } = context
  if (error !== undefined) context.print(error.detail)
  for (const { name, state, detail } of checks) {
    context.print(`  ${NAMES[name]?.[language] ?? name}: ${STATES[state]?.[language] ?? state}  ${detail}`)
  }
  context.print(
    (same
      ? { zh: '重新计算的结果与说明相同', en: 'computed again: the same' }
      : { zh: '重新计算的结果不能证实该说明', en: 'not confirmed' })[language],
  )
}
