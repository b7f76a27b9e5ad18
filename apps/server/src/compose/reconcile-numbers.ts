/**
 * After a restore the database may be older than the ledger. Numbers follow from their serials by the installation's
 * secret, so the ledger can be asked whether a number beyond the counter stands there: such a number is never given again.
 */
import { issueCertificateNumber, numberDigest, parseProvinceCode } from '@mingzheng/kernel'
import type { LedgerClient } from '@mingzheng/ledger'
import { lastSerial, raiseSerial } from '@mingzheng/storage'
import type { Kysely } from 'kysely'
import type { Installation } from '../installation/installation.ts'

/** Numbers that were given but never fixed leave holes; so many in a row without a trace end the search. */
const HOLE = 256

export const counterName = (province: string, year: number) => `certificate/${province}/${year}`

/** Raises the counter of a year above every number that the ledger knows; answers how many numbers it was behind. */
export async function reconcileNumbers<Schema>(
  db: Kysely<Schema>,
  ledger: Pick<LedgerClient, 'lookup'>,
  installation: Pick<Installation, 'numberSecret' | 'province'>,
  year: number,
): Promise<number> {
  const province = parseProvinceCode(installation.province)
  const name = counterName(province, year)
  const last = await lastSerial(db, name)
  let known = last
  for (let serial = last + 1; serial <= known + HOLE; serial++) {
    const number = numberDigest(issueCertificateNumber(installation.numberSecret, province, year, serial))
    if ((await ledger.lookup({ number })).length > 0) known = serial
  }
  if (known > last) await raiseSerial(db, name, known)
  return known - last
}
