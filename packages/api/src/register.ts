/** Registers: looked at, imported from a sheet with a mapping of its columns, given out as a sheet. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { countSchema, idParams, idSchema, timeSchema } from './values.ts'

export const registerKindSchema = z.enum(['operators', 'shops', 'brands', 'dealers', 'prohibited', 'keywords'])
export type RegisterKindName = z.infer<typeof registerKindSchema>
const kindParams = z.object({ kind: registerKindSchema })

const fieldValueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])
export const registerFieldSchema = z.object({
  name: z.string(),
  sort: z.enum(['text', 'code', 'day', 'list', 'yes', 'share', 'behaviour']),
  required: z.boolean(),
})

export type RegisterFieldView = z.infer<typeof registerFieldSchema>

export const registerSchema = z.object({
  kind: registerKindSchema,
  /** 0: nothing was ever on it. Of keywords: the active version of the settings. */
  version: z.number().int(),
  entries: z.number().int(),
  /** Whether it names all there are: who is not on it is known not to be one. */
  whole: z.boolean(),
  changedAt: timeSchema.nullable(),
  /** Whether a list for a start comes with the product. */
  hasSeed: z.boolean(),
  fields: z.array(registerFieldSchema),
})
export type RegisterView = z.infer<typeof registerSchema>

export const registerEntrySchema = z.object({
  key: z.string(),
  /** Version of the register that brought it. */
  since: z.number().int(),
  fields: z.record(z.string(), fieldValueSchema),
})
export type RegisterEntryView = z.infer<typeof registerEntrySchema>

/** Column by field, from 0. */
const mappingSchema = z.record(z.string().max(40), z.number().int().min(0).max(99))

export const registerImportSchema = z.object({
  id: idSchema,
  kind: registerKindSchema,
  fileName: z.string(),
  format: z.enum(['csv', 'xlsx', 'seed', 'rollback']),
  bytes: z.number().int(),
  sha256: z.string(),
  columns: z.array(z.string()),
  /** The first rows after the heading. */
  sample: z.array(z.array(z.string())),
  mapping: mappingSchema,
  /** `replace`: what the file does not name is taken off the register. */
  mode: z.enum(['merge', 'replace']),
  state: z.enum(['uploaded', 'waiting', 'reading', 'done', 'cancelled', 'failed']),
  /** Rows read so far, bad ones among them, and how much of the file that is, 0 to 1. */
  progress: z.object({ read: z.number().int(), bad: z.number().int(), share: z.number() }),
  added: z.number().int(),
  changed: z.number().int(),
  ended: z.number().int(),
  same: z.number().int(),
  /** The register's version after it; of keywords the version of the settings that it proposed. */
  version: z.number().int().nullable(),
  problem: z.string().nullable(),
  by: z.string(),
  at: timeSchema,
  endedAt: timeSchema.nullable(),
})
export type RegisterImportView = z.infer<typeof registerImportSchema>

export const rowProblemSchema = z.object({
  line: z.number().int(),
  field: z.string(),
  code: z.enum([
    'missing',
    'too-long',
    'too-short',
    'too-many',
    'code-length',
    'code-character',
    'code-check',
    'no-day',
    'no-share',
    'no-choice',
    'no-behaviour',
    'duplicate',
  ]),
  value: z.string(),
})
export type RowProblemView = z.infer<typeof rowProblemSchema>

const formatQuery = z.object({ format: z.enum(['csv', 'xlsx']).default('csv') })

export const registerRoutes = defineRoutes({
  'registers.list': {
    method: 'GET',
    path: '/api/registers',
    access: 'monitoring.read',
    summary: 'The registers with their versions',
    response: z.object({ registers: z.array(registerSchema) }),
  },
  'registers.entries': {
    method: 'GET',
    path: '/api/registers/:kind/entries',
    access: 'monitoring.read',
    summary: 'Entries of a register in the order of their keys, searched by name, code and other names',
    params: kindParams,
    query: z.object({
      q: z.string().max(200).optional(),
      after: z.string().max(2000).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({ rows: z.array(registerEntrySchema), count: countSchema, next: z.string().nullable() }),
  },
  'registers.export': {
    method: 'GET',
    path: '/api/registers/:kind/export',
    access: 'monitoring.read',
    summary: 'A register as a sheet; no cell of it is a formula',
    params: kindParams,
    query: formatQuery,
    answer: 'bytes',
  },
  'registers.setWhole': {
    method: 'PUT',
    path: '/api/registers/:kind',
    access: 'monitoring.settings',
    summary: 'Say whether a register names all there are',
    params: kindParams,
    body: z.object({ whole: z.boolean() }),
    response: registerSchema,
  },
  'registers.imports': {
    method: 'GET',
    path: '/api/registers/:kind/imports',
    access: 'monitoring.read',
    summary: 'Imports of a register, newest first',
    params: kindParams,
    response: z.object({ imports: z.array(registerImportSchema) }),
  },
  'registers.upload': {
    method: 'POST',
    path: '/api/registers/:kind/imports',
    access: 'monitoring.settings',
    summary:
      'Send a sheet (body: the file, CSV or XLSX); its columns are read and a mapping is guessed, nothing is imported',
    params: kindParams,
    query: z.object({ name: z.string().trim().min(1).max(200) }),
    response: registerImportSchema,
    status: 201,
  },
  'registers.seed': {
    method: 'POST',
    path: '/api/registers/:kind/seed',
    access: 'monitoring.settings',
    summary: 'Import the list for a start that comes with the product',
    params: kindParams,
    response: registerImportSchema,
    status: 201,
  },
  'registers.rollback': {
    method: 'POST',
    path: '/api/registers/:kind/rollback',
    access: 'monitoring.settings',
    summary: 'Make what stood on a register at an earlier version its next version',
    params: kindParams,
    body: z.object({ version: z.number().int().min(0) }),
    response: registerImportSchema,
    status: 202,
  },
  'registerImports.read': {
    method: 'GET',
    path: '/api/register-imports/:id',
    access: 'monitoring.read',
    summary: 'One import: columns, mapping, how far it is, what came of it',
    params: idParams,
    response: registerImportSchema,
  },
  'registerImports.check': {
    method: 'POST',
    path: '/api/register-imports/:id/check',
    access: 'monitoring.settings',
    summary: 'What the first rows become under a mapping',
    params: idParams,
    body: z.object({ mapping: mappingSchema }),
    response: z.object({
      rows: z.array(
        z.object({
          line: z.number().int(),
          fields: z.record(z.string(), fieldValueSchema).nullable(),
          problems: z.array(rowProblemSchema.omit({ line: true })),
        }),
      ),
    }),
  },
  'registerImports.start': {
    method: 'POST',
    path: '/api/register-imports/:id/start',
    access: 'monitoring.settings',
    summary: 'Import the file under a mapping',
    params: idParams,
    body: z.object({ mapping: mappingSchema, mode: z.enum(['merge', 'replace']) }),
    response: registerImportSchema,
    status: 202,
  },
  'registerImports.cancel': {
    method: 'POST',
    path: '/api/register-imports/:id/cancel',
    access: 'monitoring.settings',
    summary: 'Cancel an import; the register stays as it was',
    params: idParams,
    response: registerImportSchema,
  },
  'registerImports.problems': {
    method: 'GET',
    path: '/api/register-imports/:id/problems',
    access: 'monitoring.read',
    summary: 'Rows that could not be read, by their lines',
    params: idParams,
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
    response: z.object({ problems: z.array(rowProblemSchema) }),
  },
  'registerImports.report': {
    method: 'GET',
    path: '/api/register-imports/:id/report',
    access: 'monitoring.read',
    summary: 'All rows that could not be read, as a sheet',
    params: idParams,
    query: formatQuery,
    answer: 'bytes',
  },
})
