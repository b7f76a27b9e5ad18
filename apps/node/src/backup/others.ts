/** What the other members say before a home starts of which nobody can be sure what its keys signed. */
import { Failure } from '@mingzheng/kernel'
import { readNodeConfiguration } from '../home/node-configuration.ts'
import { askHoldings, type MemberAddress } from '../http/peers.ts'
import { readInvitation } from '../joining/invitation.ts'
import { readFounding } from '../run/open-node.ts'

/**
 * A member votes on the block after the last one; a quorum can have made that one final while each of its honest members has seen only
 * the one before. The rest is room for answers that are a moment old.
 */
export const BEYOND = 10

/**
 * The highest block that another member has, asked of so many that at least one honest member with the newest block is among them. `home` may
 * be a backup. Throws `others-away`, and `member-still-runs` when a node answers at this member's own address.
 */
export async function heightOfOthers(home: string): Promise<number> {
  const { member, peers = {} } = await readNodeConfiguration(home)
  const { requests: founders } = await readFounding(home)
  const invited = (await readInvitation(home))?.members ?? []
  const requests = new Map([...founders, ...invited].map((request) => [request.member.id, request]))
  const addresses: MemberAddress[] = [...requests.values()].flatMap(({ member: { id, url } }) => {
    const at = peers[id]?.url ?? url
    return at === undefined ? [] : [{ id, url: at }]
  })
  const asked = await Promise.all(
    addresses.map(async (address) => {
      const told = await askHoldings(address, null).catch(() => null)
      return told?.member === address.id ? { id: address.id, height: told.height } : null
    }),
  )
  const answers = asked.filter((answer) => answer !== null)
  if (answers.some(({ id }) => id === member)) {
    throw new Failure('member-still-runs', `${member} answers where its node is: two nodes would sign with one key`, {
      remedy: 'stop the other node for good, and see that nothing starts it again',
    })
  }
  const faulty = Math.floor((requests.size - 1) / 3)
  const needed = requests.size - 1 - faulty
  if (answers.length < needed) {
    throw new Failure('others-away', `${answers.length} of the other members answer, ${needed} are needed`, {
      remedy: 'try again when they can be reached: only they know up to where this member may have voted',
    })
  }
  return Math.max(0, ...answers.map(({ height }) => height))
}
