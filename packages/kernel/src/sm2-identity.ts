/** The signer's identity digest Z of SM2 (GB/T 32918.2-2016 section 5.5) for the default identity (GM/T 0009-2012). */
import { type Bytes, concat, fromHex, utf8 } from './bytes.ts'

const IDENTITY = utf8('1234567812345678')
/** a, b, xG, yG of the curve (GB/T 32918.5-2017). */
const CURVE = fromHex(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
)

/** What SM3 is taken of to give Z, for a 65-byte uncompressed public key. */
export function sm2IdentityBytes(publicKey: Bytes): Bytes {
  const bits = IDENTITY.length * 8
  return concat(Uint8Array.of(bits >> 8, bits & 0xff), IDENTITY, CURVE, publicKey.subarray(1))
}
