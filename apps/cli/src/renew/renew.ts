import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type AnswerOf, numberSchema } from '@mingzheng/api'
import { Failure, fromBase64 } from '@mingzheng/kernel'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { type ServerAccess, withServer } from '../instance/with-server.ts'

export const renew: Command = {
  name: 'renew',
  usage: 'renew [NUMBER...] [--all] [--out FOLDER] [--data FOLDER] [--json]',
  summary: {
    zh: '为持有的证据的每一版次、交当事人的证据包与接口保全（或所列编号）取新的时间戳与回执，写成 NUMBER.renewal，与证据包一同保存；--all 连从未取用证据包的保全也包括在内',
    en: 'takes a new timestamp and new receipts for every edition of the evidence held, for packages for parties and of preservations (or of these numbers): NUMBER.renewal, to be kept beside the package; --all makes the packages of preservations that nobody has asked for yet, too',
  },
  async run(context, args) {
    const read = readArguments(args, {
      out: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean' },
      all: { type: 'boolean' },
    })
    const which = switchOption(read, 'all') ? 'all' : 'made'
    const numbers = read.positionals.map(certificateNumber)
    const out = resolve(context.workingFolder, textOption(read, 'out') ?? '.')
    const data = dataFolder(context, textOption(read, 'data'))
    const { renewed, failed } = await withServer(context, data, (access) =>
      renewAll(context, access, numbers, which, out),
    )
    if (switchOption(read, 'json')) context.print(JSON.stringify({ renewed, failed }))
    else {
      for (const file of renewed) context.print(file)
      for (const { number, edition, code } of failed) context.print(`${number} e${edition}: ${code}`)
    }
    return failed.length === 0 ? 0 : 1
  },
}

type Made = AnswerOf<'console.renewal'>

interface Outcome {
  readonly renewed: string[]
  readonly failed: { number: string; edition: number; code: string }[]
}

function certificateNumber(text: string): string {
  if (numberSchema.safeParse(text).success) return text
  throw new Failure('argument-wrong', `${text} is no certificate number`, { field: 'NUMBER' })
}

async function renewAll(
  context: Context,
  { client }: ServerAccess,
  wanted: readonly string[],
  which: 'made' | 'all',
  out: string,
): Promise<Outcome> {
  await mkdir(out, { recursive: true })
  const outcome: Outcome = { renewed: [], failed: [] }
  async function one(number: string, edition: number, make: () => Promise<Made>): Promise<void> {
    try {
      const { fileName, renewal } = await make()
      const file = join(out, fileName)
      await writeRenewal(file, fromBase64(renewal))
      outcome.renewed.push(file)
    } catch (error) {
      // One package that no longer verifies must not keep the others from being renewed.
      if (codeOf(error) !== 'package-not-verified') throw error
      outcome.failed.push({ number, edition, code: 'package-not-verified' })
    }
  }
  for await (const { number, editions } of wanted.length > 0 ? found(client, wanted) : allPackages(client, which)) {
    for (const edition of editions) {
      if (context.stop.aborted) return outcome
      await one(number, edition, () => client.call('console.renewal', { params: { number }, query: { edition } }))
    }
  }
  return outcome
}

type Packages = AnswerOf<'console.packages'>['packages']

/** Of whatever unit and organisation: who holds the machine sees to all that it holds. */
async function* allPackages(client: ServerAccess['client'], which: 'made' | 'all'): AsyncGenerator<Packages[number]> {
  let after: string | undefined
  do {
    const query = { which, ...(after === undefined ? {} : { after }) }
    const { packages, next } = await client.call('console.packages', { query })
    yield* packages
    after = next ?? undefined
  } while (after !== undefined)
}

async function* found(client: ServerAccess['client'], numbers: readonly string[]): AsyncGenerator<Packages[number]> {
  for (const number of numbers) {
    const { packages } = await client.call('console.packages', { query: { number } })
    if (packages.length === 0) {
      throw new Failure('not-found', `there is no package ${number}, or it is not fixed yet`, { field: 'NUMBER' })
    }
    yield* packages
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as { problem?: { code?: string } }).problem?.code
}

/** A renewal of the same name is replaced: the newer one proves more. It appears whole or not at all. */
async function writeRenewal(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.part`
  try {
    const handle = await open(part, 'w')
    await handle.writeFile(bytes)
    await handle.sync()
    await handle.close()
    await rename(part, file)
  } catch (cause) {
    await rm(part, { force: true })
    throw new Failure('file-unwritable', `${file} could not be written`, { field: '--out', cause })
  }
}
