/**
 * The few functions of a PKCS#11 module (OASIS PKCS #11 version 2.40) that signing needs, called through Node's own foreign
 * function interface. For 64-bit systems whose CK_ULONG has eight bytes; Windows packs it otherwise and is refused.
 */
import { type DynamicLibrary, dlopen, getRawPointer } from 'node:ffi'
import { type Bytes, Failure, utf8 } from '@mingzheng/kernel'

/** Constants of the specification's pkcs11t.h. */
export const CK = {
  userPin: 1n,
  serialSession: 0x4n,
  writableSession: 0x2n,
  class: 0x0n,
  token: 0x1n,
  private: 0x2n,
  label: 0x3n,
  keyType: 0x100n,
  id: 0x102n,
  sensitive: 0x103n,
  sign: 0x108n,
  verify: 0x10an,
  extractable: 0x162n,
  ecParameters: 0x180n,
  ecPoint: 0x181n,
  publicKeyObject: 2n,
  privateKeyObject: 3n,
  ecdsa: 0x1041n,
  ecKeyPair: 0x1040n,
  eddsa: 0x1057n,
  edwardsKeyPair: 0x1055n,
} as const

/** Return values that have a name of their own here. */
const NAMED: Record<string, string> = {
  '0xa0': 'pkcs11-pin-wrong',
  '0xa1': 'pkcs11-pin-wrong',
  '0xa2': 'pkcs11-pin-wrong',
  '0xa4': 'pkcs11-pin-locked',
  '0xe0': 'pkcs11-token-missing',
  '0x3': 'pkcs11-token-missing',
  '0x70': 'key-algorithm-unsupported',
}
const OK = 0n
const ALREADY = new Set([0x191n, 0x100n])

const ulong = 'uint64'
const pointer = 'pointer'
const DEFINITIONS = {
  C_Initialize: { arguments: [pointer], return: ulong },
  C_GetSlotList: { arguments: ['uint8', pointer, pointer], return: ulong },
  C_GetTokenInfo: { arguments: [ulong, pointer], return: ulong },
  C_OpenSession: { arguments: [ulong, ulong, pointer, pointer, pointer], return: ulong },
  C_CloseSession: { arguments: [ulong], return: ulong },
  C_Login: { arguments: [ulong, ulong, pointer, ulong], return: ulong },
  C_FindObjectsInit: { arguments: [ulong, pointer, ulong], return: ulong },
  C_FindObjects: { arguments: [ulong, pointer, ulong, pointer], return: ulong },
  C_FindObjectsFinal: { arguments: [ulong], return: ulong },
  C_GetAttributeValue: { arguments: [ulong, ulong, pointer, ulong], return: ulong },
  C_GenerateKeyPair: { arguments: [ulong, pointer, pointer, ulong, pointer, ulong, pointer, pointer], return: ulong },
  C_SignInit: { arguments: [ulong, pointer, ulong], return: ulong },
  C_Sign: { arguments: [ulong, pointer, ulong, pointer, pointer], return: ulong },
} as const

export type CryptokiFunction = keyof typeof DEFINITIONS

/** What a function takes: a number, or bytes and templates, of which it gets the address. */
type Argument = bigint | number | Bytes | Template

/** A loaded module. `call` throws `pkcs11-failed`, or a named code, for every return value but CKR_OK. */
export interface Cryptoki {
  call(name: CryptokiFunction, ...values: Argument[]): void
  close(): void
}

/** Loads the module and initialises it. Throws `pkcs11-module` when it cannot be loaded. */
export function loadCryptoki(path: string): Cryptoki {
  if (process.platform === 'win32') throw new Failure('pkcs11-module', 'PKCS#11 is not supported on Windows')
  let lib: DynamicLibrary
  let functions: Record<string, (...values: (bigint | number)[]) => unknown>
  try {
    const loaded = dlopen(path, DEFINITIONS)
    lib = loaded.lib
    functions = loaded.functions as unknown as typeof functions
  } catch (cause) {
    throw new Failure('pkcs11-module', `${path} cannot be loaded as a PKCS#11 module`, { cause })
  }
  // Whatever the module may read or write stays referenced until it returns, or the collector could take it.
  const alive = new Set<readonly Argument[]>()
  const cryptoki: Cryptoki = {
    call(name, ...values) {
      alive.add(values)
      const result = BigInt(functions[name]!(...values.map(plain)) as bigint)
      alive.delete(values)
      if (result === OK || ALREADY.has(result)) return
      const code = `0x${result.toString(16)}`
      throw new Failure(NAMED[code] ?? 'pkcs11-failed', `${name} of the PKCS#11 module answers ${code}`)
    },
    close: () => lib.close(),
  }
  cryptoki.call('C_Initialize', 0n)
  return cryptoki
}

function plain(value: Argument): bigint | number {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return addressOf(value instanceof Uint8Array ? value : value.bytes)
}

/** Where no byte is, something still has to be pointed at: modules refuse a null pointer for an empty message. */
const NOTHING = Buffer.alloc(8)

function addressOf(bytes: Bytes): bigint {
  return getRawPointer(bytes.length === 0 ? NOTHING : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
}

/** An attribute's type with its value: text, bytes, a truth value or a number. */
export type Attribute = readonly [type: bigint, value: string | Bytes | boolean | bigint]

/** A CK_ATTRIBUTE array with the values that it points to. */
export interface Template {
  readonly bytes: Bytes
  readonly keep: readonly Bytes[]
  /** Number of attributes. */
  readonly count: bigint
}

export function attributeTemplate(attributes: readonly Attribute[]): Template {
  const bytes = new Uint8Array(24 * attributes.length)
  const view = new DataView(bytes.buffer)
  const keep = attributes.map(([, value]) => attributeBytes(value))
  for (const [i, [type]] of attributes.entries()) {
    view.setBigUint64(24 * i, type, true)
    view.setBigUint64(24 * i + 8, addressOf(keep[i]!), true)
    view.setBigUint64(24 * i + 16, BigInt(keep[i]!.length), true)
  }
  return { bytes, keep, count: BigInt(keep.length) }
}

function attributeBytes(value: Attribute[1]): Bytes {
  if (typeof value === 'string') return utf8(value)
  if (typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0)
  return typeof value === 'bigint' ? ulongBytes(value) : value
}

/** One CK_ULONG. */
export function ulongBytes(value = 0n): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value, true)
  return bytes
}

/** The numbers in an array of CK_ULONG. */
export function ulongsOf(bytes: Bytes, count = bytes.length / 8): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: count }, (_, i) => view.getBigUint64(8 * i, true))
}

/** A CK_MECHANISM without parameters. */
export function mechanismBytes(mechanism: bigint): Bytes {
  const bytes = new Uint8Array(24)
  bytes.set(ulongBytes(mechanism))
  return bytes
}
