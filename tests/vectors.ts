/** Reads the language-neutral cases of `vectors/`. */
import { readFileSync } from 'node:fs'

const FOLDER = new URL('../vectors/', import.meta.url)

/** Bytes of a file under `vectors/`. */
export function vectorBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, FOLDER)))
}

/** A JSON file under `vectors/`; its shape is the test's word, as the file never changes. */
export function vectorJson<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as Shape
}
