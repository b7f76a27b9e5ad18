/** Who signs notes: a log (plain Ed25519), a member (timestamped cosignature), and SM2 for the national profile. */
import { type Clock, concat, type Signer, utf8 } from '@mingzheng/kernel'
import { formatFailure } from '../format-failure.ts'
import { formatNote, type Note, type NoteSignature, noteBytes } from './note.ts'
import { cosignedBytes, makeVerifierKey, namesKey, timeBytes, type VerifierKey } from './verifier-key.ts'

export interface NoteSigner {
  readonly key: VerifierKey
  /** Signs a note's text (with its final newline). */
  sign(text: string): Promise<NoteSignature>
}

/** Signs as a log; `name` is the origin. The signer's key is Ed25519. */
export function logSigner(name: string, signer: Signer): NoteSigner {
  return plainSigner(makeVerifierKey('ed25519', name, signer.publicKey), signer)
}

/** Signs with SM2, as the SM3 tree's log (name: its origin) or as a member. The signature is r || s over the text. */
export function sm2NoteSigner(name: string, signer: Signer): NoteSigner {
  return plainSigner(makeVerifierKey('sm2', name, signer.publicKey), signer)
}

/** Cosigns as a member, with the clock's second. The same key must not cosign under another name (C2SP tlog-cosignature). */
export function cosigner(name: string, signer: Signer, clock: Clock): NoteSigner {
  const key = makeVerifierKey('cosignature', name, signer.publicKey)
  return {
    key,
    async sign(text) {
      const seconds = Math.floor(clock.now() / 1000)
      const signature = await signer.sign(cosignedBytes(utf8(text), seconds))
      return { name, keyId: key.keyId, signature: concat(timeBytes(seconds), signature) }
    },
  }
}

/** Text and signature lines, in the order of the signers. */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  return formatNote({ text, signatures: await Promise.all(signers.map((signer) => signer.sign(text))) })
}

/** The note with further lines at its end. A line of a key that already signed throws `note-duplicate`. */
export function addSignatures(note: Note, lines: readonly NoteSignature[]): Note {
  const signatures = [...note.signatures]
  for (const line of lines) {
    if (signatures.some((other) => other.name === line.name && other.keyId === line.keyId)) {
      throw formatFailure('note-duplicate', `${line.name} has signed already`)
    }
    signatures.push(line)
  }
  return { text: note.text, signatures }
}

/** The note with only the lines of these keys, in the order of the keys: what a receipt holds. */
export function keepSignatures(note: Note, keys: readonly VerifierKey[]): Note {
  return {
    text: note.text,
    signatures: keys.flatMap((key) => note.signatures.filter((line) => namesKey(line, key))),
  }
}

function plainSigner(key: VerifierKey, signer: Signer): NoteSigner {
  return {
    key,
    async sign(text) {
      return { name: key.name, keyId: key.keyId, signature: await signer.sign(noteBytes({ text })) }
    },
  }
}
