import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import type { Command, Context } from '../context.ts'

const refusedSchema = z.looseObject({
  ready: z.literal(false),
  code: z.string(),
  detail: z.string(),
  remedy: z.string().nullish(),
})

/** What the member's program does for a member: its keys are opened there and nowhere else. */
export const consortium: Command = {
  name: 'consortium',
  usage: 'consortium join | init | approve | accept | status | admit | vote | invite | rejoin | resume | leave ...',
  summary: {
    zh: '各机构以文件往来共同建立联盟账本；查看各成员；接纳新成员、更换密钥、取回账本、停下之后恢复、退出。详见 docs/guides/run-a-member.md',
    en: 'organisations found a ledger together by files that they pass on; shows the members; admits newcomers, changes keys, comes back, also after a halt, leaves. See docs/guides/run-a-member.md',
  },
  run: (context, args) => runMember(context, ['consortium', ...args]),
}

async function runMember(context: Context, args: readonly string[]): Promise<number> {
  const child = spawn(context.node, [join(context.root, 'apps/node/src/main.ts'), ...args], {
    cwd: context.workingFolder,
    env: context.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let rest = ''
  let refused: z.infer<typeof refusedSchema> | null = null
  const line = (text: string) => {
    const parsed = text.startsWith('{') ? refusedSchema.safeParse(JSON.parse(text)) : null
    if (parsed?.success === true) refused = parsed.data
    else context.print(text)
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const one of lines) line(one)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (rest !== '') line(rest)
  if (refused === null) return code ?? 1
  const { code: why, detail, remedy } = refused as z.infer<typeof refusedSchema>
  throw new Failure(why, detail, remedy == null ? {} : { remedy })
}
