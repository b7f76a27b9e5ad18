/** What the platform has lost comes back: asked for on the ledger, opened, compared with the register, stored again. */
import { type Bytes, createDigest, Failure, fromHex, randomBytes, toHex } from '@mingzheng/kernel'
import { boxKeyOf, newBoxKey, openStream, readSealing } from '@mingzheng/proof'
import type { Selectable } from 'kysely'
import { keepSecret, readSecret } from '../kept-secret.ts'
import { findEdition } from '../register/rows.ts'
import type { CustodianMember } from './custodian.ts'
import type { CustodyParts } from './custody-service.ts'
import type { WishTable } from './custody-tables.ts'
import { givenParts } from './proved-parts.ts'
import { givenContext } from './sealed-package.ts'

type WishRow = Selectable<WishTable>

/**
 * Wishes an edition back from a custodian that holds it, the last proved first; those already tried in vain last. Answers `false`
 * when nobody holds it, or a wish is under way.
 */
export async function wishBack(parts: CustodyParts, number: string, edition: number): Promise<boolean> {
  const { db, clock } = parts
  const tried = db
    .selectFrom('custody_wish')
    .select('holding')
    .where('number', '=', number)
    .where('edition', '=', edition)
    .where('state', '=', 'failed')
  const holding = await db
    .selectFrom('custody_holding')
    .select(['id', 'custodian'])
    .where('number', '=', number)
    .where('edition', '=', edition)
    .where('state', 'in', ['held', 'doubted', 'released'])
    .where('custodian', 'in', [...parts.custodians().map(({ id }) => id), ''])
    .orderBy((eb) => eb.case().when('id', 'in', tried).then(1).else(0).end())
    .orderBy('state', 'desc')
    .orderBy('proved_at', (order) => order.desc().nullsLast())
    .limit(1)
    .executeTakeFirst()
  if (holding === undefined) return false
  const id = toHex(randomBytes(16))
  const now = new Date(clock.now())
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('custody_wish')
    .values({
      id,
      holding: holding.id,
      number,
      edition,
      box_key: keepSecret(parts.secret, id, newBoxKey().privateKey),
      asked_at: now,
      state: 'asked',
      parts: null,
      root: null,
      problem: null,
      due_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Enters the wish; its id is the entry's. */
export async function ask(parts: CustodyParts, wish: WishRow): Promise<void> {
  const { publicKey } = boxOf(parts, wish)
  await parts.submit('ask', null, { h: fromHex(wish.holding), b: publicKey }, fromHex(wish.id))
}

/** Fetches what was given and stores it, if it is the package of the register, byte for byte. */
export async function fetchGiven(
  parts: CustodyParts,
  custodian: CustodianMember,
  wish: WishRow,
  signal: AbortSignal,
): Promise<void> {
  const edition = await findEdition(parts.db, wish.number, wish.edition)
  if (edition === null) throw new Failure('not-found', 'the register does not know this edition')
  const node = parts.nodeOf(custodian)
  const file = { parts: wish.parts!, root: wish.root as Bytes }
  const given = givenParts(file, (from) => node.given(wish.id, from, signal))
  const plain = async function* () {
    const header = (await given.next()).value as Bytes
    const sealing = await readSealing(header, boxOf(parts, wish).privateKey, givenContext(wish.id))
    const digest = createDigest('sha256')
    for await (const piece of openStream(sealing, given)) {
      digest.update(piece)
      yield piece
    }
    // Thrown inside the source: the store keeps nothing of a package that is another.
    if (toHex(digest.digest()) !== edition.package_sha256) {
      throw new Failure('custody-parts-wrong', 'the custodian gave another package')
    }
  }
  await parts.storeBlob(edition.blob_key, plain())
}

function boxOf(parts: CustodyParts, wish: WishRow) {
  return boxKeyOf(readSecret(parts.secret, wish.id, wish.box_key as Bytes))
}
