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
  const id = policyId(policy)
  const mark = join(data, 'installation', `trusted-${id.slice(0, 16)}`)
  if (await exists(mark)) return
  await mkdir(join(data, 'trust'), { recursive: true })
  await writeWhole(join(data, 'trust', `${id}.json`), encodePolicy(policy))
  await writeWhole(mark, utf8(`${id}\n`))
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
