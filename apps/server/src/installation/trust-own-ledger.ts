/** An installation trusts its own ledger from the start: its policy is put into the trust store that `mingzheng verify` reads. */
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '@mingzheng/evidence'
import { utf8 } from '@mingzheng/kernel'
import { encodePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'

/**
 * Writes `<data>/trust/<policy id>.json`, once for every policy: somebody who took the trust back is not overruled at the next
 * start. The mark of that stands beside the installation's keys.
 */
export async function trustOwnLedger(data: string, policy: TrustPolicy): Promise<void> {
  if (await trustedByItself(data, policy)) return
  const id = policyId(policy)
  await mkdir(join(data, 'trust'), { recursive: true })
  await writeWhole(join(data, 'trust', `${id}.json`), encodePolicy(policy))
  await writeWhole(markOf(data, policy), utf8(`${id}\n`))
}

/** Whether this installation has put the policy into the trust store once. */
export function trustedByItself(data: string, policy: TrustPolicy): Promise<boolean> {
  return exists(markOf(data, policy))
}

function markOf(data: string, policy: TrustPolicy): string {
  return join(data, 'installation', `trusted-${policyId(policy).slice(0, 16)}`)
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
