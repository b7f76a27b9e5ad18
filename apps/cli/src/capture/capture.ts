import { openAsBlob } from 'node:fs'
import { resolve } from 'node:path'
import type { EvidenceDetail } from '@mingzheng/api'
import { Failure, isRefusal } from '@mingzheng/kernel'
import { blobSource, decodeManifest, type Manifest, readLayout } from '@mingzheng/proof'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import { dataFolder } from '../data-folder.ts'
import { type ServerAccess, withServer } from '../instance/with-server.ts'
import { downloadPackage, downloadUnfixed } from './download-package.ts'
import { followCapture } from './follow-capture.ts'

export const capture: Command = {
  name: 'capture',
  usage: 'capture URL... [--out FILE] [--json] [--allow-private] [--data FOLDER]',
  summary: {
    zh: '从终端取证：一个或几个网址合成一份证据包',
    en: 'captures from the terminal: one or several addresses into one evidence package',
  },
  async run(context, args) {
    const read = readArguments(args, {
      out: { type: 'string' },
      json: { type: 'boolean' },
      'allow-private': { type: 'boolean' },
      data: { type: 'string' },
    })
    if (read.positionals.length === 0) {
      throw new Failure('argument-wrong', 'an address is needed', { remedy: `./mingzheng ${capture.usage}` })
    }
    const out = textOption(read, 'out')
    const wish = {
      urls: [...read.positionals],
      out: out === null ? null : resolve(context.workingFolder, out),
      allowPrivate: switchOption(read, 'allow-private'),
    }
    const data = dataFolder(context, textOption(read, 'data'))
    const taken = await withServer(context, data, (access) => take(context, access, wish))
    if (switchOption(read, 'json')) context.print(JSON.stringify(taken))
    else tell(context, taken)
    if (taken.receipt.state !== 'witnessed') return 4
    return taken.complete ? 0 : 3
  },
}

interface Wish {
  readonly urls: string[]
  readonly out: string | null
  readonly allowPrivate: boolean
}

/** What `--json` ends with. */
interface Taken {
  readonly package: string
  readonly number: string
  readonly complete: boolean
  readonly incompleteReason: string | null
  readonly files: readonly Pick<EvidenceDetail['files'][number], 'path' | 'bytes' | 'sha256' | 'sm3'>[]
  readonly receipt: EvidenceDetail['standing']
  /** Why it is not fixed; the ledger fixes it when it can. */
  readonly notFixed: string | null
  readonly anomalies: EvidenceDetail['anomalyList']
}

async function take(context: Context, access: ServerAccess, wish: Wish): Promise<Taken> {
  const asked = await access.client.call('captures.request', {
    body: { urls: wish.urls, arrangement: 'together' },
    headers: wish.allowPrivate ? { 'x-mingzheng-allow-private': '1' } : {},
  })
  const captureId = asked.captures[0]!.id
  const followed = await followCapture(context, access, asked.captures[0]!)
  if (followed.kind === 'unfixed') return takeUnfixed(context, access, captureId, followed.reason, wish.out)
  const { job } = followed
  if (job.number === null) {
    throw new Failure('capture-failed', job.problem?.detail ?? `the capture was ${job.state}`, {
      ...(job.problem?.remedy ? { remedy: job.problem.remedy } : {}),
    })
  }
  const { number } = job
  const file = wish.out ?? resolve(context.workingFolder, `${number}.zip`)
  await downloadPackage(access, number, file)
  const detail = await access.client.call('evidence.read', { params: { number } })
  return {
    package: file,
    number,
    complete: detail.complete,
    incompleteReason: detail.incompleteReason,
    files: detail.files.map(({ path, bytes, sha256, sm3 }) => ({ path, bytes, sha256, sm3 })),
    receipt: detail.standing,
    notFixed: null,
    anomalies: detail.anomalyList,
  }
}

/** What there is when the ledger stands still: the same files, sealed, and no proof of when they were there. */
async function takeUnfixed(
  context: Context,
  access: ServerAccess,
  captureId: string,
  reason: string,
  out: string | null,
): Promise<Taken> {
  const draft = out ?? resolve(context.workingFolder, `${captureId}-unfixed.zip`)
  await downloadUnfixed(access, captureId, draft)
  const manifest = await readManifestOf(draft)
  return {
    package: draft,
    number: manifest.number,
    complete: manifest.complete,
    incompleteReason: manifest.incompleteReason,
    files: manifest.files.map(({ path, bytes, sha256, sm3 }) => ({ path, bytes, sha256, sm3 })),
    receipt: { state: 'none', index: null, time: null },
    notFixed: reason,
    anomalies: manifest.anomalies,
  }
}

async function readManifestOf(file: string): Promise<Manifest> {
  const source = blobSource(await openAsBlob(file))
  const layout = await readLayout(source)
  const member = isRefusal(layout) ? undefined : layout.members.find(({ path }) => path === 'manifest.json')
  if (member === undefined) throw new Failure('download-failed', `${file} is not the package that was asked for`)
  return decodeManifest(await source.read(member.dataAt, member.bytes))
}

function tell(context: Context, taken: Taken): void {
  const { index } = taken.receipt
  if (taken.notFixed !== null) {
    context.say({
      zh: `账本暂时不能固证（${taken.notFixed}）；恢复后会自动固证此次取证。`,
      en: `the ledger fixes nothing at the moment (${taken.notFixed}); this capture will be fixed by itself when it can.`,
    })
  }
  const fixed = taken.receipt.state === 'witnessed'
  context.print(
    {
      zh: `${taken.number}  ${fixed ? `已固证（记录 ${index}）` : '未固证'}  ${taken.complete ? '完整' : '不完整'}`,
      en: `${taken.number}  ${fixed ? `fixed (entry ${index})` : 'not fixed'}  ${taken.complete ? 'complete' : 'incomplete'}`,
    }[context.language],
  )
  if (taken.incompleteReason !== null) context.print(`  ${taken.incompleteReason}`)
  for (const { code, detail } of taken.anomalies) context.print(`  ${code}: ${detail}`)
  context.print(`  ${taken.package}`)
}
