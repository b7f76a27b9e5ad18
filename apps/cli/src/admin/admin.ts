import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { Failure } from '@mingzheng/kernel'
import { type Arguments, readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { type ServerAccess, withServer } from '../instance/with-server.ts'
import type { Text } from '../language.ts'

const OPTIONS = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  organisation: { type: 'string' },
  'organisation-en': { type: 'string' },
  system: { type: 'string' },
  security: { type: 'string' },
  audit: { type: 'string' },
  reason: { type: 'string' },
  'new-password': { type: 'boolean' },
} as const

export const admin: Command = {
  name: 'admin',
  usage:
    'admin setup [--organisation NAME --organisation-en NAME --system USER:NAME --security USER:NAME --audit USER:NAME]\n' +
    '              admin mend USER [--reason WORDS] [--new-password]   (both: [--data FOLDER] [--json])',
  summary: {
    zh: 'setup 建立机构与三员（三个不同的人）；mend 去除丢失的第二因子。两者都记入审计',
    en: 'setup founds the organisation with its three administrators; mend removes a lost second factor. Both are on the record',
  },
  async run(context, args) {
    const read = readArguments(args, OPTIONS)
    const [act, subject] = read.positionals
    const data = dataFolder(context, textOption(read, 'data'))
    const by = userInfo().username
    if (act === 'setup') return setUp(context, read, data, by)
    if (act === 'mend' && subject !== undefined) return mend(context, read, data, by, subject)
    throw new Failure('argument-wrong', 'setup, or mend USER', { remedy: './mingzheng admin --help' })
  },
}

async function setUp(context: Context, read: Arguments, data: string, by: string): Promise<number> {
  const ask = (option: string, words: Text) => answerTo(context, textOption(read, option), option, words)
  const zh = await ask('organisation', { zh: '机构名称', en: 'Name of the organisation, in Chinese' })
  const en = await ask('organisation-en', { zh: '机构英文名称', en: 'Name of the organisation, in English' })
  const system = person(
    'system',
    await ask('system', { zh: '系统管理员 账号:姓名', en: 'System administrator, user:name' }),
  )
  const security = person(
    'security',
    await ask('security', { zh: '安全管理员 账号:姓名', en: 'Security administrator, user:name' }),
  )
  const audit = person(
    'audit',
    await ask('audit', { zh: '审计管理员 账号:姓名', en: 'Audit administrator, user:name' }),
  )
  const body = { organisation: { zh, en }, system, security, audit, by }
  // Where nothing has been started yet, the ledger is founded by this, under the same name.
  const names = { MINGZHENG_ORGANISATION: zh, MINGZHENG_ORGANISATION_EN: en }
  const call = ({ client }: ServerAccess) => client.call('console.setUp', { body })
  const { people } = await withServer(context, data, call, names)
  if (switchOption(read, 'json')) context.print(JSON.stringify({ people }))
  else {
    for (const { username, role, firstPassword } of people)
      context.print(`${role.padEnd(16)} ${username}  ${firstPassword}`)
    context.say({
      zh: '以上是首次登录口令，只显示这一次；登录后须修改口令并设置第二因子。分别交给本人。',
      en: 'These first passwords are shown only now; each must be changed at the first sign-in, with a second factor. Hand each to its person.',
    })
  }
  return 0
}

async function mend(context: Context, read: Arguments, data: string, by: string, username: string): Promise<number> {
  const reason = await answerTo(context, textOption(read, 'reason'), 'reason', {
    zh: '原因（记入审计日志）',
    en: 'Why (it goes into the audit log)',
  })
  const body = { username, reason, newPassword: switchOption(read, 'new-password'), by }
  const call = ({ client }: ServerAccess) => client.call('console.mend', { body })
  const mended = await withServer(context, data, call)
  if (switchOption(read, 'json')) context.print(JSON.stringify(mended))
  else {
    context.print(
      {
        zh: `${mended.username}：已去除 ${mended.removed} 个第二因子，会话与锁定已结束`,
        en: `${mended.username}: ${mended.removed} second factors removed, sessions and lockout ended`,
      }[context.language],
    )
    if (mended.firstPassword !== null) context.print(mended.firstPassword)
  }
  return 0
}

function person(option: string, text: string): { username: string; name: string } {
  const [, username, name] = /^([^:\s]+):(.+)$/.exec(text) ?? []
  if (username === undefined || name === undefined) {
    throw new Failure('argument-wrong', `${text} is not user:name`, {
      field: `--${option}`,
      remedy: `--${option} li.ming:李明`,
    })
  }
  return { username, name }
}

// Asked at a terminal; where there is none, what is missing is named instead of waiting for ever.
async function answerTo(context: Context, given: string | null, option: string, words: Text): Promise<string> {
  if (given !== null) return given
  if (process.stdin.isTTY !== true) {
    throw new Failure('argument-wrong', `--${option} is needed`, { field: `--${option}` })
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(`${words[context.language]}: `, { signal: context.stop })
  } finally {
    terminal.close()
  }
}
