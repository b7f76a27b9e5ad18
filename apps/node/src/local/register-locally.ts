/** Another ledger registered on one that runs on this machine: proposed by its first member, voted by the others, each through its own node. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodePolicy, type TrustPolicy } from '@mingzheng/proof'
import { parseFounding } from '../ceremony/founding.ts'
import { callChains, stageDocument } from '../chains/submit.ts'
import { reachOwnNode } from '../command/own-node.ts'
import { ownPublicUrl } from '../command/own-public.ts'
import { readAt } from '../http/peers.ts'

/** Answers whether it had to be registered: what is followed already stays. Throws `ledger-*`. */
export async function registerLocally(folder: string, policy: TrustPolicy): Promise<boolean> {
  const own = parseFounding(new Uint8Array(await readFile(join(folder, 'founding.json'))))
  const homes = own.requests.map(({ member }) => join(folder, member.id))
  if (await isFollowed(homes[0]!, policy.origin)) return false
  let proposal: Awaited<ReturnType<typeof callChains>> | null = null
  for (const home of homes) {
    const { ledger } = await reachOwnNode(home)
    try {
      if (proposal === null) {
        const d = await stageDocument(ledger, encodePolicy(policy))
        proposal = await callChains(ledger, 'propose', { k: 'register', d })
      } else await callChains(ledger, 'vote', { q: proposal, y: true })
    } finally {
      await ledger.close()
    }
    if (await isFollowed(home, policy.origin)) break
  }
  return true
}

async function isFollowed(home: string, origin: string): Promise<boolean> {
  const body = await readAt(`${await ownPublicUrl(home)}/chains`)
  const { chains } = JSON.parse(Buffer.from(body).toString('utf8')) as { chains: { origin: string; state: string }[] }
  return chains.some((chain) => chain.origin === origin && chain.state !== 'retired')
}
