import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type EvidenceDetail, numberSchema } from '@mingzheng/api'
import { Failure, fromBase64 } from '@mingzheng/kernel'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { type ServerAccess, withServer } from '../instance/with-server.ts'

export const renew: Command = {
  name: 'renew',
  usage: 'renew [NUMBER...] [--out FOLDER] [--data FOLDER] [--json]',
  summary: {
    zh: '为持有的证据（或所列编号）的每一版次取新的时间戳与回执，写成 NUMBER.renewal，与证据包一同保存',
    en: 'takes a new timestamp and new receipts for every edition of the evidence held (or of these numbers): NUMBER.renewal, to be kept beside the package',
  },
  async run(context, args) {
    const read = readArguments(args, {
      out: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean' },
    })
    const numbers = read.positionals.map(certificateNumber)
    const out = resolve(context.workingFolder, textOption(read, 'out') ?? '.')
    const data = dataFolder(context, textOption(read, 'data'))
    const { renewed, failed } = await withServer(context, data, (access) => renewAll(context, access, numbers, out))
    if (switchOption(read, 'json')) context.print(JSON.stringify({ renewed, failed }))
    else {
      for (const file of renewed) context.print(file)
      for (const { number, edition, code } of failed) context.print(`${number} e${edition}: ${code}`)
    }
    return failed.length === 0 ? 0 : 1
  },
}

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
  out: string,
): Promise<Outcome> {
  await mkdir(out, { recursive: true })
  const outcome: Outcome = { renewed: [], failed: [] }
  const each = wanted.length > 0 ? wanted : heldNumbers(client)
  for await (const number of each) {
    const { editions } = await client.call('evidence.read', { params: { number } })
    for (const { edition } of editions) {
      if (context.stop.aborted) return outcome
      try {
        const made = await client.call('evidence.renewal', { params: { number }, query: { edition } })
        const file = join(out, made.fileName)
        await writeRenewal(file, fromBase64(made.renewal))
        outcome.renewed.push(file)
      } catch (error) {
        // One package that no longer verifies must not keep the others from being renewed.
        if (codeOf(error) !== 'package-not-verified') throw error
        outcome.failed.push({ number, edition, code: 'package-not-verified' })
      }
    }
  }
  return outcome
}

function codeOf(error: unknown): string | undefined {
  return (error as { problem?: { code?: string } }).problem?.code
}

async function* heldNumbers(client: ServerAccess['client']): AsyncGenerator<EvidenceDetail['number']> {
  let after: string | undefined
  do {
    const page = await client.call('evidence.list', {
      query: { limit: 100, ...(after === undefined ? {} : { after }) },
    })
    for (const { number, state } of page.rows) if (state !== 'fixing') yield number
    after = page.next ?? undefined
  } while (after !== undefined)
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
