/**
 * How things go wrong. A broken assumption throws a `Failure`; an expected refusal is a returned `Refusal`.
 * Codes are closed unions per package; prose may change, codes may not. Only the server maps them to HTTP.
 */

export interface FailureOptions {
  cause?: unknown
  /** The input field that is wrong, as a path such as `urls[2]`. */
  field?: string
  /** What the caller can do about it, one sentence. */
  remedy?: string
}

/** The one error base. `code` is stable and kebab-case; `message` is for people and may change. */
export class Failure<Code extends string = string> extends Error {
  readonly code: Code
  readonly field: string | undefined
  readonly remedy: string | undefined

  constructor(code: Code, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Failure'
    this.code = code
    this.field = options.field
    this.remedy = options.remedy
  }
}

/** Every code with which the kernel itself fails. Closed: a new code is an interface change. */
export type KernelFailureCode =
  | 'text-not-unicode'
  | 'text-not-utf8'
  | 'hex-malformed'
  | 'base64-malformed'
  | 'cbor-type'
  | 'cbor-number'
  | 'cbor-depth'
  | 'cbor-not-canonical'
  | 'json-number'
  | 'json-not-canonical'
  | 'signature-malformed'
  | 'province-malformed'
  | 'number-malformed'
  | 'serial-out-of-range'
  | 'id-malformed'
  /** A union was not switched over exhaustively: a fault of the program. */
  | 'unreachable'

/** A failure of the kernel; throw it. */
export function kernelFailure(
  code: KernelFailureCode,
  message: string,
  options: FailureOptions = {},
): Failure<KernelFailureCode> {
  return new Failure(code, message, options)
}

/** A wish that was understood and declined. Returned, never thrown. */
export interface Refusal<Code extends string = string> {
  readonly kind: 'refused'
  readonly code: Code
  readonly detail: string
  readonly field?: string
  readonly remedy?: string
}

/** Makes a refusal; `field` and `remedy` are left out when not given. */
export function refuse<Code extends string>(
  code: Code,
  detail: string,
  extra: { field?: string; remedy?: string } = {},
): Refusal<Code> {
  return { kind: 'refused', code, detail, ...extra }
}

/** Whether a value returned by a service is a refusal. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'refused'
}

/** Makes the compiler prove that a union was switched over exhaustively. */
export function unreachable(value: never): never {
  throw kernelFailure('unreachable', `unexpected value ${JSON.stringify(value)}`)
}
