/** Captures under way: ask for one or many, watch, cancel; and the live browser in which an officer signs in first. */
import { z } from 'zod'
import { defineRoutes } from './route.ts'
import { idParams, idSchema, numberSchema, personSchema, timeSchema, unitRefSchema } from './values.ts'

export const captureStateSchema = z.enum(['queued', 'running', 'fixing', 'done', 'cancelled', 'failed'])

/** The steps of a capture in order, as the officer sees them. */
export const captureStepSchema = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'started', 'done', 'failed', 'skipped']),
  at: timeSchema.nullable(),
  detail: z.string().nullable(),
})

export const captureJobSchema = z.object({
  id: idSchema,
  batch: idSchema.nullable(),
  urls: z.array(z.string()),
  state: captureStateSchema,
  requestedAt: timeSchema,
  startedAt: timeSchema.nullable(),
  endedAt: timeSchema.nullable(),
  officer: personSchema,
  unit: unitRefSchema.nullable(),
  steps: z.array(captureStepSchema),
  bytes: z.number().int(),
  requests: z.number().int(),
  number: numberSchema.nullable(),
  complete: z.boolean().nullable(),
  /** Why it is incomplete or failed, and what to do. */
  problem: z.object({ code: z.string(), detail: z.string(), remedy: z.string().nullable() }).nullable(),
})
export type CaptureJobView = z.infer<typeof captureJobSchema>

/** One address a person may paste; the server says what is wrong with it by field. */
const address = z.string().trim().min(1).max(4096)

export const captureRequestSchema = z.object({
  urls: z.array(address).min(1).max(1000),
  /** `together`: one capture of several pages; `each`: a capture for every address. */
  arrangement: z.enum(['together', 'each']).default('each'),
  cause: z.string().max(500).default(''),
  caseReference: z.string().max(100).default(''),
  secondOfficer: idSchema.nullable().default(null),
  witness: z.string().max(100).default(''),
  /** Evidence number of which this is a capture again. */
  recaptureOf: numberSchema.nullable().default(null),
})
export type CaptureRequestBody = z.input<typeof captureRequestSchema>

/** What arrives by server-sent events while a capture runs; `frame` carries a JPEG as base64. */
export const captureEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job'), job: captureJobSchema }),
  z.object({ kind: z.literal('frame'), jpeg: z.string(), width: z.number(), height: z.number() }),
  z.object({ kind: z.literal('log'), at: timeSchema, text: z.string() }),
])
export type CaptureEventView = z.infer<typeof captureEventSchema>

export const liveInputSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('click'),
    x: z.number(),
    y: z.number(),
    button: z.enum(['left', 'right']).default('left'),
  }),
  z.object({ kind: z.literal('move'), x: z.number(), y: z.number() }),
  z.object({ kind: z.literal('wheel'), x: z.number(), y: z.number(), deltaY: z.number() }),
  z.object({ kind: z.literal('text'), text: z.string().max(2000) }),
  z.object({ kind: z.literal('key'), key: z.string().max(30) }),
  z.object({ kind: z.literal('navigate'), url: address }),
  z.object({ kind: z.literal('back') }),
])
export type LiveInput = z.infer<typeof liveInputSchema>

export const captureRoutes = defineRoutes({
  'captures.request': {
    method: 'POST',
    path: '/api/captures',
    access: 'evidence.capture',
    summary: 'Ask for captures of one or many addresses',
    body: captureRequestSchema,
    response: z.object({ batch: idSchema.nullable(), captures: z.array(captureJobSchema) }),
    status: 202,
  },
  'captures.list': {
    method: 'GET',
    path: '/api/captures',
    access: 'evidence.read',
    summary: 'Captures under way and lately ended',
    query: z.object({ batch: idSchema.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
    response: z.object({ captures: z.array(captureJobSchema) }),
  },
  'captures.read': {
    method: 'GET',
    path: '/api/captures/:id',
    access: 'evidence.read',
    summary: 'One capture',
    params: idParams,
    response: captureJobSchema,
  },
  'captures.cancel': {
    method: 'POST',
    path: '/api/captures/:id/cancel',
    access: 'evidence.capture',
    summary: 'Stop a capture; what was got is kept as incomplete',
    params: idParams,
    response: captureJobSchema,
  },
  'captures.events': {
    method: 'GET',
    path: '/api/captures/:id/events',
    access: 'evidence.read',
    summary: 'Watch a capture',
    params: idParams,
    response: captureEventSchema,
    answer: 'events',
  },
  'live.open': {
    method: 'POST',
    path: '/api/live',
    access: 'evidence.capture',
    summary: 'Open a live browser to sign in to a site before capture',
    body: z.object({ url: address }),
    response: z.object({ id: idSchema, width: z.number(), height: z.number() }),
    status: 201,
  },
  'live.events': {
    method: 'GET',
    path: '/api/live/:id/events',
    access: 'evidence.capture',
    summary: 'The live browser’s picture and address',
    params: idParams,
    response: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('frame'), jpeg: z.string(), width: z.number(), height: z.number() }),
      z.object({ kind: z.literal('address'), url: z.string(), title: z.string() }),
      z.object({ kind: z.literal('closed'), reason: z.string() }),
    ]),
    answer: 'events',
  },
  'live.input': {
    method: 'POST',
    path: '/api/live/:id/input',
    access: 'evidence.capture',
    summary: 'Click, type or scroll in the live browser',
    params: idParams,
    body: z.object({ inputs: z.array(liveInputSchema).max(50) }),
    status: 204,
  },
  'live.capture': {
    method: 'POST',
    path: '/api/live/:id/capture',
    access: 'evidence.capture',
    summary: 'Capture what the live browser shows, in its signed-in session',
    params: idParams,
    body: captureRequestSchema.omit({ urls: true, arrangement: true, recaptureOf: true }),
    response: captureJobSchema,
    status: 202,
  },
  'live.close': {
    method: 'DELETE',
    path: '/api/live/:id',
    access: 'evidence.capture',
    summary: 'Close the live browser',
    params: idParams,
    status: 204,
  },
})
