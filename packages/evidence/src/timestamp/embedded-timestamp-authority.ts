/**
 * The embedded RFC 3161 authority. It takes its time from this machine's clock and is marked as not accredited: by its
 * name, by its policy, and on every certificate that relies on it.
 */
import { type Bytes, type Clock, Failure } from '@mingzheng/kernel'
import { der, EMBEDDED_TIMESTAMP_POLICY, OID, parseCertificate, type TimestampRequest } from '@mingzheng/proof'
import type { SerialNumbers } from './serial-numbers.ts'
import { type DocumentSigner, signCms } from './sign-cms.ts'
import type { TimestampAuthority } from './timestamp-authority.ts'
import { judgeRequest, refusalResponse } from './timestamp-request.ts'

export interface EmbeddedTimestampOptions extends DocumentSigner {
  clock: Clock
  serials: SerialNumbers
  /** What is promised of the clock, milliseconds; default 1000. */
  accuracyMs?: number
  policyOid?: string
}

export interface EmbeddedTimestampAuthority extends TimestampAuthority {
  /** Answers a TimeStampReq with a TimeStampResp (`application/timestamp-reply`); malformed ones with a refusal. */
  answer(request: Bytes): Promise<Bytes>
}

/** Throws `timestamp-certificate` when the certificate is not one for timestamps. */
export function embeddedTimestampAuthority(options: EmbeddedTimestampOptions): EmbeddedTimestampAuthority {
  const { clock, serials, certificates } = options
  const accuracyMs = options.accuracyMs ?? 1000
  const policyOid = options.policyOid ?? EMBEDDED_TIMESTAMP_POLICY
  const certificate = parseCertificate(certificates[0] ?? new Uint8Array())
  if (certificate.extendedKeyUsage?.purposes.join() !== OID.timeStamping || !certificate.extendedKeyUsage.critical) {
    throw new Failure('timestamp-certificate', 'the certificate is not one for timestamps alone')
  }

  const grant = async (request: Omit<TimestampRequest, 'policyOid'>): Promise<Bytes> => {
    const serial = await serials.next()
    const now = clock.now()
    // An expired certificate would make tokens that nobody believes; better none, by name.
    if (now < certificate.notBefore || now > certificate.notAfter) {
      throw new Failure('timestamp-invalid', "the timestamp authority's certificate is not valid now", {
        remedy: 'issue a new certificate for the timestamp authority, or correct the clock',
      })
    }
    const { imprint, nonce } = request
    const info = der.sequence(
      der.integer(1),
      der.oid(policyOid),
      der.sequence(der.sequence(der.oid(imprint.algorithm)), der.octets(imprint.digest)),
      der.integer(serial),
      der.preciseTime(now),
      encodeAccuracy(accuracyMs),
      ...(nonce === null ? [] : [der.integer(nonce)]),
      der.context(0, der.context(4, certificate.subject.der)),
    )
    const token = await signCms({
      signer: options.signer,
      certificates,
      contentType: OID.tstInfo,
      content: info,
      attached: true,
      include: request.certificateWanted ? certificates : [],
    })
    return der.sequence(der.sequence(der.integer(0)), token)
  }

  return {
    name: certificate.subject.commonName ?? certificate.subject.text,
    accredited: false,
    stamp: (imprintSha256) => {
      const imprint = { algorithm: OID.sha256, digest: imprintSha256 }
      return grant({ imprint, nonce: null, certificateWanted: true })
    },
    revocationLists: async () => [],
    time: async () => ({ ms: clock.now(), uncertaintyMs: accuracyMs }),
    async answer(bytes) {
      const request = judgeRequest(bytes, policyOid)
      if (typeof request === 'string') return refusalResponse(request, request)
      try {
        return await grant(request)
      } catch (cause) {
        if (cause instanceof Failure) return refusalResponse('systemFailure', cause.code)
        throw cause
      }
    },
  }
}

/** Accuracy: seconds and milliseconds, zero ones left out. */
function encodeAccuracy(ms: number): Bytes {
  const millis = ms % 1000
  const seconds = (ms - millis) / 1000
  // The contents of the INTEGER under an implicit tag.
  const tagged = der.contextPrimitive(0, der.integer(millis).subarray(2))
  return der.sequence(...(seconds > 0 ? [der.integer(seconds)] : []), ...(millis > 0 ? [tagged] : []))
}
