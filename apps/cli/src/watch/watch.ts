import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import { readArguments } from '../arguments.ts'
import type { Command } from '../context.ts'

const lineSchema = z.looseObject({ kind: z.string().optional(), detail: z.string().optional() })

export const watch: Command = {
  name: 'watch',
  usage: 'watch',
  summary: {
    zh: '在任意机器上为监测任务再添一个工作进程，连接同一数据库（DATABASE_URL）与存储（BLOBS_URL）；Ctrl-C 停止',
    en: 'one more worker for the monitoring tasks, on any machine, beside the same database (DATABASE_URL) and blobs (BLOBS_URL); Ctrl-C stops it',
  },
  async run(context, args) {
    readArguments(args, {})
    for (const field of ['DATABASE_URL', 'BLOBS_URL']) {
      if (context.environment[field]) continue
      throw new Failure('configuration-wrong', `${field} is not set`, {
        field,
        remedy: 'set it to what the server uses',
      })
    }
    const child = spawn(context.node, [join(context.root, 'apps/server/src/watch/main.ts')], {
      env: context.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const stop = () => child.kill('SIGTERM')
    context.stop.addEventListener('abort', stop, { once: true })
    if (context.stop.aborted) stop()
    const ended = once(child, 'close') as Promise<[number | null]>
    for await (const line of createInterface({ input: child.stdout })) {
      const { kind, detail } = lineSchema.parse(JSON.parse(line))
      if (kind === 'ready') context.say({ zh: '正在监测……', en: 'watching...' })
      else if (detail !== undefined) context.print(detail.split('\n')[0]!)
    }
    const [code] = await ended
    return code ?? 1
  },
}
