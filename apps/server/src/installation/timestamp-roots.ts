/** Roots of a timestamp service that is not ours, from a PEM file (RFC 7468): what comes before and after is comment. */
import { readFile } from 'node:fs/promises'
import { type Bytes, Failure, fromBase64 } from '@mingzheng/kernel'
import { parseCertificate } from '@mingzheng/proof'

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g

/** The certificates in the file, DER. Throws `configuration-wrong` when there is none, or one that cannot be read. */
export async function readTimestampRoots(file: string): Promise<Bytes[]> {
  try {
    const text = await readFile(file, 'utf8')
    const roots = [...text.matchAll(BLOCK)].map(([, body]) => fromBase64(body!.replaceAll(/\s/g, '')))
    if (roots.length === 0) throw new Error('it holds no certificate')
    for (const root of roots) parseCertificate(root)
    return roots
  } catch (cause) {
    throw new Failure('configuration-wrong', `MINGZHENG_TSA_ROOTS: ${(cause as Error).message}`, {
      cause,
      field: 'MINGZHENG_TSA_ROOTS',
      remedy: "name a PEM file with the root certificates of the timestamp service's authority",
    })
  }
}
