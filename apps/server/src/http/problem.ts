/** The one place where errors become HTTP (RFC 9457). Codes come from below; statuses are given here and nowhere else. */
import type { Problem } from '@mingzheng/api'
import { Failure, isRefusal, type Refusal } from '@mingzheng/kernel'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** Status of each code that a caller can meet; a code not listed is a fault of ours: 500, without its message. */
export const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  'address-malformed': 400,
  'address-private': 400,
  'address-scheme': 400,
  'address-userinfo': 400,
  'cursor-malformed': 400,
  'database-text-refused': 400,
  'id-malformed': 400,
  'mapping-wrong': 400,
  'setting-wrong': 400,
  'sheet-unreadable': 400,
  'picture-damaged': 400,
  'picture-size': 400,
  'picture-slow': 400,
  'picture-type': 400,
  'logo-plain': 400,
  'selector-malformed': 400,
  'input-wrong': 400,
  'number-malformed': 400,
  'roles-incompatible': 400,
  'text-not-unicode': 400,
  'administrators-not-separate': 400,
  'username-malformed': 400,
  'code-wrong': 401,
  'not-signed-in': 401,
  'passkey-refused': 401,
  'sign-in-refused': 401,
  'ticket-expired': 401,
  'cross-site': 403,
  'duty-first': 403,
  'not-permitted': 403,
  'own-account': 403,
  'own-proposal': 403,
  'api-key-unknown': 404,
  'certificate-unknown': 404,
  'not-found': 404,
  'passkey-unknown': 404,
  'unit-unknown': 404,
  'user-unknown': 404,
  'already-set-up': 409,
  'already-voided': 409,
  'card-taken': 409,
  conflict: 409,
  'database-conflict': 409,
  'idempotency-mismatch': 409,
  'import-ended': 409,
  'logo-many': 409,
  'last-administrator': 409,
  'custody-not-now': 409,
  'not-failed': 409,
  'not-fixed-yet': 409,
  'package-not-verified': 409,
  'passkey-unavailable': 409,
  'plant-unwatched': 409,
  'second-factor-needed': 409,
  'setting-decided': 409,
  'setting-outdated': 409,
  'unit-taken': 409,
  'username-taken': 409,
  'too-large': 413,
  'media-type': 415,
  'range-wrong': 416,
  'password-weak': 422,
  'plant-unknown': 422,
  'plant-unreadable': 422,
  'work-ended': 422,
  'password-wrong': 422,
  'sign-in-blocked': 429,
  'too-many-requests': 429,
  'blob-storage-read-only': 503,
  'browser-not-found': 503,
  'database-read-only': 503,
  'database-statement-timeout': 503,
  'database-unavailable': 503,
  'ledger-busy': 503,
  'ledger-closed': 503,
  'package-missing': 503,
  stopping: 503,
  'storage-fault': 503,
  'storage-read-only': 503,
  'timestamp-unreachable': 503,
  'blob-storage-full': 507,
  'database-disk-full': 507,
  'storage-full': 507,
}

const TITLES: Record<number, string> = {
  400: 'The input is wrong',
  401: 'Not signed in',
  403: 'Not permitted',
  404: 'Not found',
  409: 'In conflict with the present state',
  413: 'Too large',
  415: 'Media type not taken',
  416: 'Range not satisfiable',
  422: 'Not acceptable',
  429: 'Too many requests',
  500: 'A fault of this server',
  503: 'Not available at the moment',
  507: 'No space left',
}

function problem(status: number, code: string, rest: Partial<Problem>, instance: string): Problem {
  return {
    type: `urn:mingzheng:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    code,
    ...rest,
    instance,
  }
}

function fromCode(code: string, detail: string, from: Failure | Refusal, instance: string): Problem {
  const status = STATUS_OF_CODE[code] ?? 500
  if (status === 500) return problem(500, 'internal', {}, instance)
  return problem(
    status,
    code,
    {
      detail,
      ...(from.field === undefined ? {} : { field: from.field }),
      ...(from.remedy === undefined ? {} : { remedy: from.remedy }),
    },
    instance,
  )
}

/** The problem of anything that went wrong. What is not a known code tells the outside nothing but `internal`. */
export function toProblem(error: unknown, instance: string): Problem {
  if (error instanceof Failure) return fromCode(error.code, error.message, error, instance)
  if (isRefusal(error)) return fromCode(error.code, error.detail, error, instance)
  const known = error as Partial<FastifyError>
  if (Array.isArray(known.validation) && known.validation.length > 0) {
    const first = known.validation[0]!
    const field = first.instancePath.replace(/^\//, '').replaceAll('/', '.') || (known.validationContext ?? 'body')
    return problem(400, 'input-wrong', { detail: first.message ?? 'the input is wrong', field }, instance)
  }
  if (known.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problem(413, 'too-large', {}, instance)
  if (known.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return problem(415, 'media-type', {}, instance)
  if (known.statusCode === 429) return problem(429, 'too-many-requests', {}, instance)
  if (known.statusCode !== undefined && known.statusCode >= 400 && known.statusCode < 500) {
    return problem(known.statusCode, 'input-wrong', {}, instance)
  }
  return problem(500, 'internal', {}, instance)
}

/** Sends a problem; a fault of ours is logged with its stack under the request's id. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const body = toProblem(error, request.id)
  if (body.status >= 500) request.log.error({ err: error }, body.code)
  // What is still to come of it is not read.
  if (body.status === 413) reply.header('connection', 'close')
  return reply.code(body.status).type('application/problem+json').send(body)
}
