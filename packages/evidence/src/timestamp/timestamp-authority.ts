/** The port to timestamp authorities (RFC 3161). Two implementations: embedded, and any service by URL. */
import type { Bytes } from '@mingzheng/kernel'

export interface TimestampAuthority {
  /** What reports call it. */
  readonly name: string
  /** Whether a licensed body vouches for its time. The embedded one never is. */
  readonly accredited: boolean
  /**
   * A TimeStampResp over a SHA-256 digest, checked before it is handed out: granted, this imprint, our nonce, a valid
   * signature. Throws `timestamp-unreachable` (try again), `timestamp-refused` or `timestamp-invalid`.
   */
  stamp(imprintSha256: Bytes, signal?: AbortSignal): Promise<Bytes>
  /**
   * Revocation lists of the certificates of the last token, as their authorities publish them now; named for
   * `proof/revocation/`. Empty for the embedded authority, whose lists are the house's. What cannot be had is left out:
   * the report then says `not checked`.
   */
  revocationLists(signal?: AbortSignal): Promise<{ name: string; der: Bytes }[]>
  /** The authority's time in milliseconds and how far it may be off. Throws as `stamp`. */
  time(signal?: AbortSignal): Promise<{ ms: number; uncertaintyMs: number }>
}
