import { resolve } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { verifyCommand } from '@mingzheng/verifier'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { listTrusted } from '../trust/trust-store.ts'

export const verify: Command = {
  name: 'verify',
  usage: 'verify FILE [RENEWAL...] [--policy FILE] [--data FOLDER] [--json]',
  summary: {
    zh: '离线核验证据包及其续期；退出码：0 通过，1 有一项不通过，2 无法判定或不是证据包',
    en: 'checks an evidence package, and renewals of it, offline; exit 0 passed, 1 a check failed, 2 cannot be decided or no package',
  },
  async run(context, args) {
    const read = readArguments(args, {
      policy: { type: 'string', multiple: true },
      data: { type: 'string' },
      json: { type: 'boolean' },
    })
    const here = (path: string) => resolve(context.workingFolder, path)
    const [file, ...renewals] = read.positionals.map(here)
    if (file === undefined) {
      throw new Failure('argument-wrong', 'a package is needed', { remedy: `./mingzheng ${verify.usage}` })
    }
    const policies = [read.values.policy ?? []].flat().map((path) => here(String(path)))
    try {
      const answer = await verifyCommand({
        file,
        renewals,
        policies,
        // A policy given by hand stands alone: the answer must not lean on what else happens to be trusted here.
        trusted: policies.length > 0 ? [] : await trustedPolicies(dataFolder(context, textOption(read, 'data'))),
        json: switchOption(read, 'json'),
        language: context.language,
        now: context.clock.now(),
        signal: context.stop,
      })
      context.print(answer.output)
      return answer.exitCode
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      context.say({ zh: `${error.message}（${error.code}）`, en: `${error.message} (${error.code})` })
      return 2
    }
  },
}

async function trustedPolicies(data: string) {
  return (await listTrusted(data)).map(({ policy }) => policy)
}
