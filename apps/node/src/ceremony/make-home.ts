/** A member's home from nothing: keys, token, request, configuration. Run again it keeps what is there. */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { type Bytes, encodeJson, type JsonValue, randomBytes, toBase64, toHex, utf8 } from '@mingzheng/kernel'
import { homeLayout } from '../home/home-layout.ts'
import { type MemberKeys, openMemberKeys } from '../home/member-keys.ts'
import { type NodeConfiguration, writeNodeConfiguration } from '../home/node-configuration.ts'
import { writeWhole } from '../home/write-whole.ts'
import { type parseInvitation, requireNamed } from '../joining/invitation.ts'
import { readJoining, writeJoining } from '../joining/joining-mark.ts'
import { ceremonyFailure } from './ceremony-failure.ts'
import { encodeFounding, type Founding, parseRequest, requireComplete, requireMine } from './founding.ts'
import { type MemberRequest, type MemberWords, makeRequest } from './member-request.ts'

export interface HomeWords extends MemberWords {
  readonly listen: Pick<NodeConfiguration, 'public' | 'private' | 'engine' | 'court' | 'chains'>
}

/** Answers the request, which is also `request.json` of the home, and the keys. Throws `founding-exists` when the home is founded already. */
export async function makeHome(home: string, words: HomeWords): Promise<{ request: MemberRequest; keys: MemberKeys }> {
  const layout = homeLayout(home)
  await mkdir(layout.folder, { recursive: true, mode: 0o700 })
  if ((await readFile(layout.founding).catch(() => null)) !== null) {
    throw ceremonyFailure('founding-exists', `${home} belongs to a consortium already`, {
      remedy: 'choose another folder for another consortium',
    })
  }
  const keys = await openMemberKeys(home)
  const request = await makeRequest(keys, { boxKey: toBase64(keys.box.publicKey), ...words })
  await writeNodeConfiguration(home, { version: 1, member: words.id, ...words.listen })
  const token = await readFile(layout.token, 'utf8').catch(() => null)
  if (token === null) await writeWhole(layout.token, utf8(`${toHex(randomBytes(32))}\n`))
  await writeWhole(layout.request, encodeJson(request as JsonValue))
  return { request, keys }
}

/** The request that this home made. */
export async function ownRequest(home: string): Promise<MemberRequest> {
  const { request } = homeLayout(home)
  try {
    return parseRequest(new Uint8Array(await readFile(request)))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw ceremonyFailure('founding-not-mine', `${home} holds no request`, {
      remedy: './mingzheng consortium join',
      cause,
    })
  }
}

/** Puts an invitation that was checked into a home whose keys the policy has. Throws `invitation-not-mine`, `founding-exists`, `home-holds-ledger`. */
export async function acceptInvitation(
  home: string,
  invitation: ReturnType<typeof parseInvitation>,
  bytes: Bytes,
): Promise<void> {
  const { founding: path, invitation: invited, ledger } = homeLayout(home)
  requireNamed(invitation.policy, await ownRequest(home))
  const founding = encodeFounding(invitation.founding)
  const there = await readFile(path).catch(() => null)
  if (there !== null && !there.equals(founding)) {
    throw ceremonyFailure('founding-exists', `${home} belongs to another consortium already`)
  }
  const held = (await readdir(ledger).catch(() => [])).length > 0
  if (held && (await readJoining(home)) === null) {
    throw ceremonyFailure('home-holds-ledger', `${home} holds a ledger already`, {
      remedy: 'a node that has one follows the policies by itself',
    })
  }
  // Before the rest: a home that is half-way must not begin a ledger of its own.
  await writeJoining(home, 'admitted')
  await writeWhole(invited, bytes)
  await writeWhole(path, founding)
}

/** Puts a founding file that everybody approved into the home. Throws `founding-*`. */
export async function acceptFounding(home: string, founding: Founding): Promise<void> {
  requireComplete(founding)
  requireMine(founding, await ownRequest(home))
  const { founding: path } = homeLayout(home)
  const bytes = encodeFounding(founding)
  const there = await readFile(path).catch(() => null)
  if (there !== null && !there.equals(bytes)) {
    throw ceremonyFailure('founding-exists', `${home} belongs to another consortium already`)
  }
  await writeWhole(path, bytes)
}
