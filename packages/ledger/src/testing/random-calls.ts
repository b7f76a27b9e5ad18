/** Calls of any contract, made from the schemas of its methods and a small pool of values: few enough that they meet. */
import { type Bytes, type CborValue, digest, type Signer, utf8 } from '@mingzheng/kernel'
import type { Arguments, Contract } from '../contract/contract.ts'
import type { StageCall } from './contract-stage.ts'

export interface CallPool {
  readonly contracts: readonly Contract[]
  readonly actors: readonly Signer[]
  /** Values tried beside the general ones. */
  readonly values?: readonly CborValue[]
}

/** What a schema of fields looks like from outside (zod's `ZodObject`). */
interface Shape {
  readonly shape?: { readonly [name: string]: { safeParse(value: unknown): { success: boolean } } }
  readonly options?: readonly Shape[]
}

const bytes = (name: string, length: number): Bytes => digest('sha256', utf8(name)).slice(0, length)
const START = Date.UTC(2026, 10, 24)
const DAY = 86_400_000

const GENERAL: readonly CborValue[] = [
  ...['a', 'b', 'c'].flatMap((name) => [bytes(name, 16), bytes(name, 32)]),
  0,
  1,
  2,
  5,
  ...[-2, 1, 3, 40, 400, 2000].map((days) => START + days * DAY),
  true,
  false,
  'a',
  'ed25519',
  'auditor',
  'a.b',
  [START + DAY],
  [5, 6],
  [],
  ['auditor'],
]

/** The call that a list of numbers makes, or `null` when no value of the pool fits a field. */
export function randomCall(
  { contracts, actors, values = [] }: CallPool,
  next: (n: number) => number,
): StageCall | null {
  const contract = contracts[next(contracts.length)]!
  const names = Object.keys(contract.methods)
  const name = names[next(names.length)]!
  const method = contract.methods[name]!
  const schema = method.schema as unknown as Shape
  const fields = (schema.options === undefined ? schema : schema.options[next(schema.options.length)]!).shape
  if (fields === undefined) return null
  const pool = [...GENERAL, ...values]
  const args: { [field: string]: CborValue | undefined } = {}
  for (const [field, of] of Object.entries(fields)) {
    const fitting = [undefined, ...pool].filter((value) => of.safeParse(value).success)
    if (fitting.length === 0) return null
    args[field] = fitting[next(fitting.length)]
  }
  const call = { by: actors[next(actors.length)]!, method: `${contract.name}.${name}`, args: args as Arguments }
  return method.schema.safeParse(call.args).success ? call : null
}
