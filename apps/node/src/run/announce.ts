/** Tells the ledger what this member runs, when it says something else: upgrades of contracts wait for it. */
import { readFile } from 'node:fs/promises'
import { randomBytes } from '@mingzheng/kernel'
import { type Contract, GovernanceRecords, type MemberLedger } from '@mingzheng/ledger'

/**
 * Resolves when it is accepted, or stood there already.
 * @param again says it even so.
 */
export async function announce(
  ledger: Pick<MemberLedger, 'read' | 'submit'>,
  member: string,
  contracts: readonly Contract[],
  again = false,
): Promise<void> {
  const args = await announcement(contracts)
  const installed: { readonly [name: string]: number[] } = args.c
  const records = new GovernanceRecords({ get: (key) => ledger.read('governance', key) })
  const said = records.announced(member)
  const same = (name: string) => said?.contracts[name]?.join() === installed[name]?.join()
  const names = new Set([...Object.keys(installed), ...Object.keys(said?.contracts ?? {})])
  if (!again && said?.software === args.w && [...names].every(same)) return
  await ledger.submit([{ id: randomBytes(16), contract: 'governance', method: 'announce', arguments: args }])
}

/** Arguments of `governance.announce`: the version of the software, and the versions of every contract that are installed. */
export async function announcement(
  contracts: readonly Contract[],
): Promise<{ w: string; c: { [name: string]: number[] } }> {
  const own = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  const installed: { [name: string]: number[] } = {}
  for (const { name, version } of contracts)
    installed[name] = [...(installed[name] ?? []), version].sort((a, b) => a - b)
  return { w: own.version, c: installed }
}
