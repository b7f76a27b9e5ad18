/**
 * Private keys in files, encrypted at rest: AES-256-GCM under a key that scrypt draws from the master secret. The file's
 * name, algorithm and public key are authenticated, so that no key can stand in for another. docs/formats/key-file.md.
 */
import { createCipheriv, createDecipheriv, hkdfSync, scrypt } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Bytes,
  canonicalJson,
  concat,
  Failure,
  fromBase64,
  generatePrivateKey,
  keySigner,
  type PrivateKey,
  publicKeyOf,
  randomBytes,
  type SignatureAlgorithm,
  type Signer,
  toBase64,
  utf8,
} from '@mingzheng/kernel'
import { syncFolder } from '@mingzheng/storage'
import { z } from 'zod'
import { ensureKey, requireKeyName } from './key-name.ts'

/** Keys by name. A key never leaves the store; what is handed out can only sign. */
export interface KeyStore {
  /** Makes a key; durable when it resolves. Throws `key-exists`. */
  create(name: string, algorithm: SignatureAlgorithm): Promise<Signer>
  /** Throws `key-missing`, `key-damaged`, or `key-locked` when the master secret does not open it. */
  open(name: string): Promise<Signer>
  /** Opens the key or makes it; of several callers at once one makes it. Throws `key-algorithm` for another kind of key. */
  ensure(name: string, algorithm: SignatureAlgorithm): Promise<Signer>
  /** Names of all keys, sorted. */
  names(): Promise<string[]>
}

/** scrypt's cost: 64 MB and about a tenth of a second, once an opening. */
const COST = { N: 1 << 16, r: 8, p: 1 }
const SALT_FILE = 'salt.json'
const saltSchema = z.strictObject({
  version: z.literal(1),
  kdf: z.literal('scrypt'),
  N: z
    .number()
    .int()
    .min(1 << 14)
    .max(1 << 20),
  r: z.literal(8),
  p: z.literal(1),
  salt: z.base64().length(44),
})
const keySchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  algorithm: z.enum(['ed25519', 'p256', 'sm2']),
  publicKey: z.base64().max(100),
  cipher: z.literal('aes-256-gcm'),
  nonce: z.base64().length(16),
  sealed: z.base64().length(64),
})
type KeyFile = z.infer<typeof keySchema>

/** Opens the store in `folder`, making it on first use. `secret` is the master secret, or the bytes of a passphrase. */
export async function openKeyStore(options: { folder: string; secret: Bytes }): Promise<KeyStore> {
  const { folder, secret } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const master = await deriveMaster(folder, secret)
  const pathOf = (name: string) => join(folder, `${requireKeyName(name)}.key.json`)
  const store: KeyStore = {
    async create(name, algorithm) {
      const path = pathOf(name)
      const key = generatePrivateKey(algorithm)
      await writeOnce(path, utf8(`${canonicalJson({ ...sealKey(master, name, key) })}\n`), 'key-exists')
      return keySigner(key)
    },
    async open(name) {
      return keySigner(openKey(master, name, await readOrFail(pathOf(name), name)))
    },
    ensure: (name, algorithm) => ensureKey(store, name, algorithm),
    async names() {
      const files = await readdir(folder)
      return files.flatMap((file) => (file.endsWith('.key.json') ? [file.slice(0, -9)] : [])).sort()
    },
  }
  return store
}

async function deriveMaster(folder: string, secret: Bytes): Promise<Bytes> {
  const path = join(folder, SALT_FILE)
  const fresh = { version: 1, kdf: 'scrypt', ...COST, salt: toBase64(randomBytes(32)) }
  await writeOnce(path, utf8(`${canonicalJson(fresh)}\n`), 'key-exists').catch((cause: unknown) => {
    if (!(cause instanceof Failure && cause.code === 'key-exists')) throw cause
  })
  const { N, r, p, salt } = saltSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  return new Promise((resolve, reject) => {
    scrypt(secret, fromBase64(salt), 32, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    )
  })
}

/** A key of its own for each file, so that a nonce can never meet another of the same key. */
const fileKey = (master: Bytes, name: string) =>
  new Uint8Array(hkdfSync('sha256', master, new Uint8Array(), `mingzheng key file ${name}`, 32))

const authenticated = (file: Pick<KeyFile, 'version' | 'name' | 'algorithm' | 'publicKey'>) =>
  utf8(canonicalJson({ version: file.version, name: file.name, algorithm: file.algorithm, publicKey: file.publicKey }))

function sealKey(master: Bytes, name: string, key: PrivateKey): KeyFile {
  const head = { version: 1 as const, name, algorithm: key.algorithm, publicKey: toBase64(publicKeyOf(key).bytes) }
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', fileKey(master, name), nonce)
  cipher.setAAD(authenticated(head))
  const sealed = concat(cipher.update(key.secret), cipher.final(), cipher.getAuthTag())
  return { ...head, cipher: 'aes-256-gcm', nonce: toBase64(nonce), sealed: toBase64(sealed) }
}

function openKey(master: Bytes, name: string, text: string): PrivateKey {
  let file: KeyFile
  try {
    file = keySchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new Failure('key-damaged', `the file of the key ${name} is damaged`, { cause })
  }
  if (file.name !== name) throw new Failure('key-damaged', `the file of the key ${name} is that of ${file.name}`)
  const sealed = fromBase64(file.sealed)
  const decipher = createDecipheriv('aes-256-gcm', fileKey(master, name), fromBase64(file.nonce))
  decipher.setAAD(authenticated(file))
  decipher.setAuthTag(sealed.subarray(32))
  try {
    return { algorithm: file.algorithm, secret: concat(decipher.update(sealed.subarray(0, 32)), decipher.final()) }
  } catch (cause) {
    throw new Failure('key-locked', `the master secret does not open the key ${name}, or its file was changed`, {
      cause,
      remedy: 'restore the master secret and the keys from the same backup',
    })
  }
}

async function readOrFail(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new Failure('key-missing', `there is no key ${name}`)
  }
}

/** Whole or not at all, and never over another: written aside, synced, then linked under its name. */
async function writeOnce(path: string, bytes: Bytes, code: string): Promise<void> {
  const aside = `${path}.${toBase64(randomBytes(6)).replaceAll(/[+/]/g, '_')}.tmp`
  const file = await open(aside, 'wx', 0o600)
  try {
    await file.write(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(aside, path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
    throw new Failure(code, `${path} exists`)
  } finally {
    await unlink(aside)
  }
  await syncFolder(join(path, '..'))
}
