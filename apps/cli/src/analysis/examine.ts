import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import { readArguments, switchOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import type { Text } from '../language.ts'
import { analysisProgram } from './analysis-program.ts'

export const examine: Command = {
  name: 'examine',
  usage: 'examine FILE.jsonl [--json]',
  summary: {
    zh: '用各识别模型逐行审查商品、评价、报价等数据，逐条说明依据；退出码：0 全部审查，1 有读不了的行',
    en: 'asks the recognition models about listings, quotes, reviews and events, one a line, each finding with its reasons; exit 1 when a line cannot be read',
  },
  async run(context, args) {
    const read = readArguments(args, { json: { type: 'boolean' } })
    const [file, ...more] = read.positionals
    if (file === undefined || more.length > 0) {
      throw new Failure('argument-wrong', 'one file is needed', {
        field: 'FILE',
        remedy: `./mingzheng ${examine.usage}`,
      })
    }
    const json = switchOption(read, 'json')
    return analysisProgram(context, ['examine', file], (line) => (json ? context.print(line) : show(context, line)))
  },
}

const answerSchema = z.looseObject({
  id: z.string().nullish(),
  line: z.number().optional(),
  findings: z
    .array(
      z.looseObject({
        behaviour: z.string(),
        article: z.string(),
        score: z.number(),
        reason: z.string(),
        decision: z.string(),
      }),
    )
    .optional(),
  error: z.looseObject({ detail: z.string() }).optional(),
})

const DECISIONS: { readonly [decision: string]: Text } = {
  lead: { zh: '线索', en: 'lead' },
  'below threshold': { zh: '未达阈值', en: 'below threshold' },
  "can't decide": { zh: '无法判定', en: "can't decide" },
}

/** For people: lines without findings are passed over. */
function show(context: Context, line: string): void {
  const { id, line: number, findings = [], error } = answerSchema.parse(JSON.parse(line))
  if (error !== undefined) context.print(`${number ?? ''}: ${error.detail}`)
  if (findings.length > 0) context.print(id ?? '-')
  for (const { behaviour, article, score, reason, decision } of findings) {
    const word = DECISIONS[decision]?.[context.language] ?? decision
    context.print(`  [${word} ${score.toFixed(2)}] ${behaviour} · ${article}`)
    context.print(`    ${reason}`)
  }
}
