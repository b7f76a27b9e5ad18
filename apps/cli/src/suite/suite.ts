import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { readArguments } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { buildStale } from '../up/build.ts'

/** The whole product first, whose files take minutes: so no core waits for the last of them at the end. */
const TEST_FILES = [
  'tests/**/*.test.ts',
  'apps/*/tests/**/*.test.ts',
  'packages/*/tests/**/*.test.ts',
  'apps/*/src/**/*.test.ts',
  'demo/src/**/*.test.ts',
  'packages/*/src/**/*.test.ts',
]

export const suite: Command = {
  name: 'test',
  usage: 'test [FILE...]',
  summary: {
    zh: '构建所需部分，检查代码，跑全部测试（给出文件则只跑这些）',
    en: 'builds what tests need, checks the code, runs all tests (or only the files given)',
  },
  async run(context, args) {
    const { positionals } = readArguments(args, {})
    if (positionals.length > 0) return runTests(context, [...positionals])
    await buildStale(context)
    const checked = await runScripts(context)
    if (checked !== 0) context.say({ zh: '代码检查未通过，见上。', en: 'a check of the code failed, see above.' })
    // The tests run even then: one run tells all, and the runner's closing lines are the last.
    const tested = await runTests(
      context,
      TEST_FILES.flatMap((glob) => globSync(glob, { cwd: context.root }).sort()),
    )
    return checked === 0 ? tested : 1
  },
}

function runScripts(context: Context): Promise<number> {
  return inherit(context, ['--run', 'check'])
}

function runTests(context: Context, files: string[]): Promise<number> {
  return inherit(context, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files])
}

function inherit(context: Context, args: string[]): Promise<number> {
  return new Promise((done, fail) => {
    const path = [join(context.root, 'node_modules/.bin'), context.environment.PATH ?? ''].join(delimiter)
    const child = spawn(context.node, args, {
      cwd: context.root,
      stdio: 'inherit',
      env: { ...context.environment, PATH: path },
    })
    child.once('error', fail)
    child.once('close', (code) => done(code ?? 1))
  })
}
