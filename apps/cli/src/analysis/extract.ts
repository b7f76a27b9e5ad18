import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'
import { readArguments, switchOption, textOption } from '../arguments.ts'
import type { Command, Context } from '../context.ts'
import type { Text } from '../language.ts'
import { analysisProgram } from './analysis-program.ts'

export const extract: Command = {
  name: 'extract',
  usage: 'extract FILE... [--url URL] [--json]',
  summary: {
    zh: '从任意店铺页面文件读出商品、价格、店铺与经营者，并说明各项出处；退出码：0 全部读出，1 有文件读不了',
    en: 'reads product, prices, shop and operator from any shop page, and where each was found; exit 1 when a file cannot be read',
  },
  async run(context, args) {
    const read = readArguments(args, { url: { type: 'string' }, json: { type: 'boolean' } })
    if (read.positionals.length === 0) {
      throw new Failure('argument-wrong', 'a page is needed', { field: 'FILE', remedy: `./mingzheng ${extract.usage}` })
    }
    const url = textOption(read, 'url') ?? ''
    if (url !== '' && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      throw new Failure('argument-wrong', `${url} is no web address`, { field: 'url' })
    }
    const json = switchOption(read, 'json')
    return analysisProgram(context, ['extract', url, ...read.positionals], (line) =>
      json ? context.print(line) : show(context, line),
    )
  },
}

const lineSchema = z.looseObject({ file: z.string(), found: z.record(z.string(), z.string()).optional() })

const NAMES: readonly (readonly [string, Text])[] = [
  ['title', { zh: '标题', en: 'title' }],
  ['price', { zh: '价格', en: 'price' }],
  ['original_price', { zh: '原价', en: 'original price' }],
  ['currency', { zh: '币种', en: 'currency' }],
  ['sku', { zh: '商品编号', en: 'sku' }],
  ['brand', { zh: '品牌', en: 'brand' }],
  ['availability', { zh: '是否有货', en: 'availability' }],
  ['shop', { zh: '店铺', en: 'shop' }],
  ['operator', { zh: '经营者', en: 'operator' }],
  ['licence', { zh: '证照号', en: 'licence' }],
  ['rating', { zh: '评分', en: 'rating' }],
  ['sales', { zh: '销量', en: 'sales' }],
  ['images', { zh: '图片', en: 'images' }],
]

/** One field a line, for people: its name, what it says, where it was found. */
function show(context: Context, line: string): void {
  const page = lineSchema.parse(JSON.parse(line))
  context.print(page.file)
  const { error } = page as { error?: { detail?: string } }
  if (error !== undefined) context.print(`  ${error.detail ?? ''}`)
  for (const [field, name] of NAMES) {
    const value = page[field]
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) continue
    const text = Array.isArray(value) ? `${value.length}: ${value[0]}` : String(value)
    context.print(`  ${name[context.language]}: ${text}  [${page.found?.[field] ?? ''}]`)
  }
}
