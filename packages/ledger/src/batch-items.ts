/**
 * Items as they stand in a batch: consecutive calls of one method with byte strings of the same lengths stand in columns, as a run, and
 * take two thirds of the bytes that they take one by one. docs/formats/transaction.md.
 */
import { type Bytes, type CborValue, concat, encodeCbor } from '@mingzheng/kernel'
import { z } from 'zod'
import type { LedgerItem } from './ledger-client.ts'

export const ITEM_ID_BYTES = 16
export const MOST_BATCH_ITEMS = 4096

/** A name of a contract or method. */
export const callName = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9-]*$/)
const args = z.custom<{ [key: string]: CborValue }>(isMap)
export const itemSchema = z.strictObject({
  id: z.instanceof(Uint8Array).refine(({ length }) => length === ITEM_ID_BYTES),
  method: callName,
  contract: callName,
  arguments: args,
})
const runSchema = z.strictObject({
  ids: z.instanceof(Uint8Array),
  method: callName,
  contract: callName,
  arguments: z.custom<{ [key: string]: Bytes }>(
    (value) => isMap(value) && Object.values(value).every((column) => column instanceof Uint8Array),
  ),
})

export function isMap(value: unknown): value is { [key: string]: CborValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** The members of a batch's list, canonically encoded; `bytes` is `encodeItem` of the item. */
export function packItems(items: readonly { readonly item: LedgerItem; readonly bytes: Bytes }[]): Bytes[] {
  const packed: Bytes[] = []
  for (let at = 0; at < items.length; ) {
    const widths = widthsOf(items[at]!.item)
    let end = at + 1
    while (widths !== null && end < items.length && isLike(items[end]!.item, items[at]!.item, widths)) end++
    packed.push(end === at + 1 ? items[at]!.bytes : encodeRun(items.slice(at, end), [...widths!.keys()]))
    at = end
  }
  return packed
}

/** Length of each argument, or `null` for an item that only stands by itself. */
function widthsOf({ arguments: given }: LedgerItem): Map<string, number> | null {
  const widths = new Map<string, number>()
  for (const [name, value] of Object.entries(given)) {
    if (!(value instanceof Uint8Array) || value.length === 0 || name === '__proto__') return null
    widths.set(name, value.length)
  }
  return widths
}

function isLike(item: LedgerItem, first: LedgerItem, widths: ReadonlyMap<string, number>): boolean {
  if (item.contract !== first.contract || item.method !== first.method) return false
  if (Object.keys(item.arguments).length !== widths.size) return false
  for (const [name, width] of widths) {
    const value = item.arguments[name]
    if (!(value instanceof Uint8Array) || value.length !== width) return false
  }
  return true
}

function encodeRun(items: readonly { readonly item: LedgerItem }[], names: readonly string[]): Bytes {
  const { contract, method } = items[0]!.item
  const column = (name: string) => concat(...items.map(({ item }) => item.arguments[name] as Bytes))
  return encodeCbor({
    ids: concat(...items.map(({ item }) => item.id)),
    method,
    contract,
    arguments: Object.fromEntries(names.map((name) => [name, column(name)])),
  })
}

/** The items that a batch's list means, in order; or, for people, what is wrong with it. */
export function unpackItems(list: CborValue): LedgerItem[] | string {
  if (!Array.isArray(list) || list.length === 0) return 'items'
  const items: LedgerItem[] = []
  for (const [i, member] of list.entries()) {
    if (isMap(member) && member.ids !== undefined) {
      const parsed = runSchema.safeParse(member)
      if (!parsed.success) return `items.${i}.${parsed.error.issues[0]?.path.join('.') ?? ''}`
      const count = parsed.data.ids.length / ITEM_ID_BYTES
      if (!Number.isInteger(count) || count < 2) return `items.${i}.ids`
      if (items.length + count > MOST_BATCH_ITEMS) return 'items'
      const columns = Object.entries(parsed.data.arguments)
      if (!columns.every(([name, { length }]) => isColumn(name, length, count))) return `items.${i}`
      unpackRun(parsed.data, count, columns, items)
    } else {
      const parsed = itemSchema.safeParse(member)
      if (!parsed.success) return `items.${i}.${parsed.error.issues[0]?.path.join('.') ?? ''}`
      if (items.length === MOST_BATCH_ITEMS) return 'items'
      items.push(parsed.data)
    }
  }
  return items
}

function isColumn(name: string, length: number, count: number): boolean {
  return length > 0 && Number.isInteger(length / count) && name !== '__proto__'
}

function unpackRun(
  { ids, contract, method }: z.infer<typeof runSchema>,
  count: number,
  columns: readonly (readonly [string, Bytes])[],
  items: LedgerItem[],
): void {
  for (let n = 0; n < count; n++) {
    const given: { [key: string]: CborValue } = {}
    for (const [name, column] of columns) {
      const width = column.length / count
      given[name] = column.slice(n * width, (n + 1) * width)
    }
    const id = ids.slice(n * ITEM_ID_BYTES, (n + 1) * ITEM_ID_BYTES)
    items.push({ id, method, contract, arguments: given })
  }
}
