import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'

export const bench: Command = {
  name: 'bench',
  usage: 'bench NAME [--json] [--minutes N]',
  summary: {
    zh: '在本机测量，并与同一次运行中的参照相比',
    en: 'measures on this machine, against a reference in the same run',
  },
  async run(context, args) {
    const read = readArguments(args, { json: { type: 'boolean' }, minutes: { type: 'string' } })
    const [name] = read.positionals
    const known = benchNames(context)
    if (name === undefined) {
      for (const each of known) context.print(each)
      return 0
    }
    if (!known.includes(name)) {
      throw new Failure('bench-unknown', `no bench is called ${name}`, { remedy: `one of: ${known.join(', ')}` })
    }
    const minutes = textOption(read, 'minutes')
    const given = [
      ...(switchOption(read, 'json') ? ['--json'] : []),
      ...(minutes === null ? [] : ['--minutes', minutes]),
    ]
    return runBench(context, name, given)
  },
}

function benchNames(context: Context): string[] {
  const folder = join(context.root, 'bench')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && file !== 'run.ts' && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -3))
    .sort()
}

function runBench(context: Context, name: string, given: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const args = ['--expose-gc', join(context.root, 'bench/run.ts'), name, ...given]
    const child = spawn(context.node, args, { cwd: context.root, stdio: 'inherit', env: context.environment })
    child.once('error', fail)
    child.once('close', (code) => done(code ?? 1))
  })
}
