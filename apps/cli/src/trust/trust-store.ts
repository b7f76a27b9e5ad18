import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@mingzheng/kernel'
import { parsePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'

/** A trusted policy with the name under which commands speak of it: the lower-case hex of its id. */
export interface TrustedPolicy {
  readonly id: string
  readonly file: string
  readonly policy: TrustPolicy
}

/**
 * The policies that an installation trusts: one file each in `<data>/trust`, named for the policy's id. The installation's own
 * is put there when its ledger is made. A file whose content is not what its name says throws `trust-store-damaged`.
 */
export async function listTrusted(data: string): Promise<TrustedPolicy[]> {
  const folder = join(data, 'trust')
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const trusted: TrustedPolicy[] = []
  for (const name of names.filter((candidate) => candidate.endsWith('.json')).sort()) {
    const file = join(folder, name)
    const policy = parsePolicy(await readFile(file))
    const id = policyId(policy)
    if (name !== `${id}.json`) {
      throw new Failure('trust-store-damaged', `${file} holds another policy than its name says`, {
        remedy: `remove ${file} and add the policy again`,
      })
    }
    trusted.push({ id, file, policy })
  }
  return trusted
}

/** Pins a policy; answers its entry. Pinning the same one twice changes nothing. */
export async function addTrusted(data: string, bytes: Uint8Array): Promise<TrustedPolicy> {
  const policy = parsePolicy(bytes)
  const id = policyId(policy)
  const folder = join(data, 'trust')
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${id}.json`)
  await writeFile(`${file}.new`, bytes)
  await rename(`${file}.new`, file)
  return { id, file, policy }
}

/** Takes back the trust in the one policy whose id begins so (at least 8 characters). */
export async function removeTrusted(data: string, idStart: string): Promise<TrustedPolicy> {
  const found = idStart.length < 8 ? [] : (await listTrusted(data)).filter(({ id }) => id.startsWith(idStart))
  const [only] = found
  if (only === undefined || found.length > 1) {
    throw new Failure('policy-unknown', `no single trusted policy has an id that begins with ${idStart}`, {
      remedy: './mingzheng trust list',
    })
  }
  await rm(only.file)
  return only
}
