/** The text of every page of a PDF that this project made. Refuses every file that could be read in another way. */
import type { Bytes } from '@mingzheng/kernel'
import { PdfFile } from './file.ts'
import { TextCollector } from './page-content.ts'
import { isName, isRef, type PdfDict, type PdfValue, unreadable } from './syntax.ts'

/** Most bytes and pages of a document. */
const PDF_BYTES = 32 << 20
const MAX_PAGES = 5_000

/**
 * What each page shows, in order, spaces as the file has them, line breaks left out. Throws `pdf-unreadable` for
 * everything but plain typst output with incremental signatures. Time and memory grow with the length of the file.
 */
export function readPdfText(bytes: Bytes): string[] {
  if (bytes.length > PDF_BYTES) throw unreadable('the file is too long')
  const file = new PdfFile(bytes)
  const catalog = file.dict(file.trailer.get('Root'), 'the catalog')
  if (catalog.has('OCProperties')) throw unreadable('the file has layers')
  const collector = new TextCollector(file)
  return pagesOf(file, catalog.get('Pages')).map((page) => {
    for (const annotation of arrayOf(file, page.get('Annots'))) requireSilent(file.dict(annotation, 'an annotation'))
    const resources = file.dict(page.get('Resources'), 'the resources of a page')
    return collector.collect(file.stream(page.get('Contents'), 'a page').bytes, resources)
  })
}

function pagesOf(file: PdfFile, root: PdfValue | undefined): PdfDict[] {
  const pages: PdfDict[] = []
  const seen = new Set<number>()
  const visit = (reference: PdfValue | undefined) => {
    if (!isRef(reference) || seen.has(reference.ref)) throw unreadable('the page tree is malformed')
    seen.add(reference.ref)
    const node = file.dict(reference, 'a page')
    if (isName(node.get('Type'), 'Page')) pages.push(node)
    else if (isName(node.get('Type'), 'Pages')) for (const kid of arrayOf(file, node.get('Kids'))) visit(kid)
    else throw unreadable('the page tree is malformed')
    if (pages.length > MAX_PAGES) throw unreadable('the file has too many pages')
  }
  visit(root)
  if (pages.length === 0) throw unreadable('the file has no page')
  return pages
}

function arrayOf(file: PdfFile, value: PdfValue | undefined): PdfValue[] {
  const list = file.resolve(value)
  if (list === null) return []
  if (!Array.isArray(list)) throw unreadable('a list is malformed')
  return list
}

/** Links and the field of a signature show nothing of their own; whatever else lies on a page could cover its text. */
function requireSilent(annotation: PdfDict): void {
  const subtype = annotation.get('Subtype')
  if (isName(subtype, 'Link')) {
    if (annotation.has('AP')) throw unreadable('a link has an appearance of its own')
    return
  }
  const rectangle = annotation.get('Rect')
  const invisible = Array.isArray(rectangle) && rectangle.length === 4 && rectangle.every((side) => side === 0)
  if (!isName(subtype, 'Widget') || !invisible) throw unreadable('something lies over a page')
}
