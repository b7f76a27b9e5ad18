/**
 * Typesets documents with typst: tagged PDF/A-2a, the same bytes for the same input. Foreign text is data, never markup.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Bytes, Failure } from '@mingzheng/kernel'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import type { PrintedDocument } from './printed-document.ts'

export interface Typesetter {
  /** Throws `typeset-failed` with what the typesetter says. Blocks for some 10 ms a page. */
  typeset(document: PrintedDocument): Bytes
}

const TEMPLATES = fileURLToPath(new URL('./templates/', import.meta.url))

/** Loads the fonts and the template; takes about a tenth of a second. */
export function createTypesetter(): Typesetter {
  const fonts = dirname(fileURLToPath(import.meta.resolve('@expo-google-fonts/noto-sans-sc/package.json')))
  const compiler = NodeCompiler.create({
    workspace: TEMPLATES,
    fontArgs: [{ fontPaths: [join(fonts, '400Regular'), join(fonts, '700Bold')] }],
  })
  const template = readFileSync(join(TEMPLATES, 'document.typ'), 'utf8')
  return {
    typeset(document) {
      try {
        const pdf = compiler.pdf(
          { mainFileContent: template, inputs: { data: JSON.stringify(document) } },
          { pdfStandard: 'a-2a' },
        )
        return new Uint8Array(pdf)
      } catch (cause) {
        throw new Failure('typeset-failed', `the document cannot be typeset: ${String(cause)}`, { cause })
      } finally {
        // Otherwise the cache grows with every document (typst keeps what it once laid out).
        compiler.evictCache(10)
      }
    },
  }
}
