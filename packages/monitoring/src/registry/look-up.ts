/**
 * What registers say of a listing: whose code it shows, whose shop it is, whether the brand has authorised it. It is laid beside what
 * the page says, under names of its own, with the version of the register; models read it there and the finding's statement keeps it.
 */
import { type Kysely, sql } from 'kysely'
import type { ExaminedLine } from '../fact/line-of.ts'
import type { KnownLogo } from '../picture/likeness.ts'
import { Reader } from '../reading/read.ts'
import { creditCodeProblem, tidyCode } from '../recognition/operator/credit-code.ts'
import type { MonitoringTables } from '../register/schema.ts'
import { bareName, type RegisterKind } from './kinds.ts'
import { readLogos } from './logos.ts'
import type { Fields } from './read-row.ts'

/** Attributes that come from registers and not from the page. */
export const REGISTER_ATTRIBUTES = [
  '登记名称',
  '登记状态',
  '登记地址',
  '经营范围（登记）',
  '营业期限至',
  '登记来源',
  '登记品牌',
  '品牌授权',
] as const
export type RegisterAttributes = { readonly [name in (typeof REGISTER_ATTRIBUTES)[number]]?: string }

export interface RegisterState {
  readonly version: number
  readonly whole: boolean
}

export type RegisterStates = { readonly [kind in RegisterKind]?: RegisterState }

interface KnownBrand {
  readonly name: string
  readonly key: string
  readonly whole: boolean
}

/** The brands of a version of the register, with the reader of their names. */
export interface BrandIndex {
  readonly byName: ReadonlyMap<string, KnownBrand>
  readonly words: readonly string[]
  readonly reader: Reader
  readonly logos: readonly KnownLogo[]
}

export interface LookUpParts {
  readonly db: Kysely<MonitoringTables>
  readonly organisationId: string
  readonly registers: RegisterStates
  readonly brands: BrandIndex | null
  /** Day of the behaviour. */
  readonly day: string
}

export async function readBrands(db: Kysely<MonitoringTables>, organisationId: string): Promise<BrandIndex> {
  const rows = await db
    .selectFrom('register_entry')
    .select(['name', 'name_key', 'fields'])
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', 'brands')
    .where('until', 'is', null)
    .orderBy('key')
    .execute()
  const byName = new Map<string, KnownBrand>()
  const words: string[] = []
  for (const { name, name_key, fields } of rows) {
    const brand = { name, key: name_key, whole: fields.whole === true }
    for (const word of [name, ...((fields.aliases as readonly string[] | undefined) ?? [])]) {
      const bare = bareName(word)
      if (bare.length < 2 || byName.has(bare)) continue
      byName.set(bare, brand)
      words.push(word)
    }
  }
  return { byName, words, reader: new Reader(words), logos: await readLogos(db, organisationId) }
}

/** For each line what registers say of it, in the order of the lines. */
export async function lookUp(
  parts: LookUpParts,
  lines: readonly ExaminedLine[],
  platform: string,
): Promise<RegisterAttributes[]> {
  const shops = await shopsOf(parts, lines, platform)
  const codes = lines.map((line, i) => shownCode(line) ?? shops[i] ?? null)
  const operators = await operatorsOf(parts, codes)
  const brands = lines.map((line) => brandOf(parts.brands, line))
  const dealers = await dealersOf(parts, brands)
  return lines.map((line, i) => ({
    ...operatorAttributes(parts, operators.get(codes[i] ?? ''), shownCode(line)),
    ...brandAttributes(parts, brands[i] ?? null, dealers, { line, code: codes[i] ?? null, platform }),
  }))
}

function shownCode({ attributes }: ExaminedLine): string | null {
  const shown = attributes.统一社会信用代码
  return typeof shown === 'string' && creditCodeProblem(shown) === null ? tidyCode(shown) : null
}

/** The codes of shops as registered, where they are. */
async function shopsOf(
  { db, organisationId, registers }: LookUpParts,
  lines: readonly ExaminedLine[],
  platform: string,
): Promise<(string | null)[]> {
  if (registers.shops === undefined) return lines.map(() => null)
  const names = lines.map(({ shop }) => bareName(shop?.name ?? ''))
  const rows = await db
    .selectFrom('register_entry')
    .select(['name_key', 'code', 'fields'])
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', 'shops')
    .where('until', 'is', null)
    .where('name_key', 'in', names.length === 0 ? [''] : names)
    .execute()
  const own = rows.filter(({ fields }) => samePlatform(String(fields.platform ?? ''), platform))
  return names.map((name) => own.find(({ name_key }) => name !== '' && name_key === name)?.code ?? null)
}

/** A register names platforms in words of its own. */
function samePlatform(registered: string, platform: string): boolean {
  const [one, other] = [bareName(registered), bareName(platform)]
  return one !== '' && (one === other || other.includes(one) || one.includes(other))
}

async function operatorsOf(
  { db, organisationId, registers }: LookUpParts,
  codes: readonly (string | null)[],
): Promise<Map<string, Fields>> {
  const asked = [...new Set(codes.filter((code) => code !== null))]
  if (registers.operators === undefined || asked.length === 0) return new Map()
  const rows = await db
    .selectFrom('register_entry')
    .select(['key', 'fields'])
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', 'operators')
    .where('until', 'is', null)
    .where('key', 'in', asked)
    .execute()
  return new Map(rows.map(({ key, fields }) => [key, fields]))
}

function operatorAttributes(
  { registers }: LookUpParts,
  fields: Fields | undefined,
  shown: string | null,
): RegisterAttributes {
  const version = registers.operators?.version ?? 0
  if (fields === undefined) {
    // Only where the register names all there are, a code that is not on it is known to be nobody's.
    if (registers.operators?.whole !== true || shown === null) return {}
    return {
      登记状态: '查无登记（名录完整而没有此代码，可能失效或冒用）',
      登记来源: `经营者名录第${version}版`,
    }
  }
  const said: [keyof RegisterAttributes, unknown][] = [
    ['登记名称', fields.name],
    ['登记状态', fields.status],
    ['登记地址', fields.address],
    ['经营范围（登记）', fields.scope],
    ['营业期限至', fields.validUntil],
    ['登记来源', `经营者名录第${version}版`],
  ]
  return Object.fromEntries(
    said.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]),
  )
}

function brandOf(brands: BrandIndex | null, { brand, title, images }: ExaminedLine): KnownBrand | null {
  if (brands === null) return null
  const named = brand === null ? undefined : brands.byName.get(bareName(brand))
  if (named !== undefined) return named
  const hit = brands.reader.read(title).find(({ how }) => how === 'plain')
  if (hit !== undefined) return brands.byName.get(bareName(brands.words[hit.word]!)) ?? null
  // What no word says a logo may show.
  const shown = images.find((image) => typeof image !== 'string' && image.logo !== undefined)
  return typeof shown !== 'object' ? null : (brands.byName.get(bareName(shown.logo!.brand)) ?? null)
}

interface Dealer {
  readonly name_key: string
  readonly code: string | null
  readonly fields: Fields
}

async function dealersOf(
  { db, organisationId, registers }: LookUpParts,
  brands: readonly (KnownBrand | null)[],
): Promise<Map<string, Dealer[]>> {
  const asked = [...new Set(brands.flatMap((brand) => (brand === null ? [] : [brand.key])))]
  const found = new Map<string, Dealer[]>()
  if (registers.dealers === undefined || asked.length === 0) return found
  const { rows } = await sql<Dealer & { brand: string }>`
    select split_part(key, e'\n', 1) as brand, name_key, code, fields from register_entry
    where organisation_id = ${organisationId} and kind = 'dealers' and until is null
      and split_part(key, e'\n', 1) = any (${asked})`.execute(db)
  for (const { brand, ...dealer } of rows) found.set(brand, [...(found.get(brand) ?? []), dealer])
  return found
}

function brandAttributes(
  { registers, day }: LookUpParts,
  brand: KnownBrand | null,
  dealers: ReadonlyMap<string, readonly Dealer[]>,
  { line, code, platform }: { line: ExaminedLine; code: string | null; platform: string },
): RegisterAttributes {
  if (brand === null) return {}
  const names = [line.shop?.name, line.attributes.经营者].filter((name) => typeof name === 'string').map(bareName)
  const own = (dealers.get(brand.key) ?? []).filter(
    (dealer) =>
      (dealer.code !== null && dealer.code === code) ||
      (names.includes(dealer.name_key) &&
        (dealer.fields.platform === undefined || samePlatform(String(dealer.fields.platform), platform))),
  )
  const version = registers.dealers?.version ?? 0
  const valid = own.find(({ fields }) => holds(fields, day))
  if (valid !== undefined) {
    const until = valid.fields.until === undefined ? '' : `，至${String(valid.fields.until)}`
    return { 登记品牌: brand.name, 品牌授权: `授权经销商名录第${version}版：${String(valid.fields.name)}${until}` }
  }
  if (own.length > 0) return { 登记品牌: brand.name, 品牌授权: `已过期（授权经销商名录第${version}版）` }
  if (!brand.whole || registers.dealers === undefined) return { 登记品牌: brand.name }
  return { 登记品牌: brand.name, 品牌授权: `无（授权经销商名录第${version}版完整，其中没有此店）` }
}

const holds = ({ from, until }: Fields, day: string) =>
  (from === undefined || String(from) <= day) && (until === undefined || day <= String(until))
