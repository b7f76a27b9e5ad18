import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { listTrusted } from '../trust/trust-store.ts'

export const verify: Command = {
  name: 'verify',
  usage: 'verify FILE [--policy FILE] [--data FOLDER] [--json]',
  summary: {
    zh: '离线核验证据包；退出码：0 通过，1 有一项不通过，2 无法判定或不是证据包',
    en: 'checks an evidence package offline; exit 0 passed, 1 a check failed, 2 cannot be decided or no package',
  },
  async run(context, args) {
    const read = readArguments(args, {
      policy: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean' },
    })
    const [file, ...more] = read.positionals
    if (file === undefined || more.length > 0) {
      throw new Failure('argument-wrong', 'exactly one package is needed', { remedy: `./mingzheng ${verify.usage}` })
    }
    const policies = await policyFiles(context, textOption(read, 'policy'), textOption(read, 'data'))
    return runVerifier(context, [
      resolve(context.workingFolder, file),
      ...policies.flatMap((policy) => ['--policy', policy]),
      ...(switchOption(read, 'json') ? ['--json'] : []),
    ])
  },
}

// A policy given by hand stands alone: the answer must not lean on what else happens to be trusted here.
async function policyFiles(context: Context, given: string | null, data: string | null): Promise<string[]> {
  if (given !== null) return [resolve(context.workingFolder, given)]
  return (await listTrusted(dataFolder(context, data))).map(({ file }) => file)
}

// The offline verifier is a program of its own, the same that is published; here it is only started.
function runVerifier(context: Context, args: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(context.node, [join(context.root, 'apps/verifier/src/command.ts'), ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: context.environment,
    })
    child.once('error', fail)
    child.once('close', (code) => done(code ?? 1))
  })
}
