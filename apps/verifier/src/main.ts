/** `mingzheng verify` as a program: arguments and environment in, lines and an exit code out. */
import { parseArgs } from 'node:util'
import { Failure } from '@mingzheng/kernel'
import { verifyCommand } from './command.ts'

const USAGE = 'verify FILE [RENEWAL...] [--policy FILE]... [--json]'

function languageOf(environment: NodeJS.ProcessEnv): 'zh' | 'en' {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { policy: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  })
  const [file, ...renewals] = positionals
  if (file === undefined) throw new Failure('argument-missing', `a package is needed: ${USAGE}`)
  const { exitCode, output } = await verifyCommand({
    file,
    renewals,
    policies: values.policy ?? [],
    trusted: [],
    json: values.json ?? false,
    language: languageOf(process.env),
    now: Date.now(),
  })
  process.stdout.write(`${output}\n`)
  return exitCode
}

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (cause) {
  const code = cause instanceof Failure ? cause.code : ((cause as { code?: string }).code ?? 'unexpected')
  process.stderr.write(`${code}: ${cause instanceof Error ? cause.message : String(cause)}\n`)
  // No verdict was reached: neither "verified" nor "failed".
  process.exitCode = 2
}
