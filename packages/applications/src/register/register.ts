/**
 * Registers: contracts that keep records which go from state to state by steps, each step by whom and from where the law lets
 * it. What a step may do is data; what the law forbids beside is a rule of the step. docs/guides/write-a-contract.md.
 */
import { type Bytes, type CborValue, isRefusal, type Refusal, refuse, toHex } from '@mingzheng/kernel'
import {
  type Arguments,
  type CallContext,
  type Contract,
  type ContractMethod,
  type ContractState,
  contractMethod,
} from '@mingzheng/ledger'
import type { z } from 'zod'

/** Ledger data that a record holds beside its state; an `undefined` field is absent. */
export type Fields = { readonly [name: string]: CborValue | undefined }

/** Every step names its record by 16 bytes. */
type Keyed = Arguments & { readonly k: Bytes }

export interface Step<State extends string, Held extends Fields, Schema extends z.ZodType<Keyed>> {
  readonly schema: Schema
  /** Asked of the ledger's `authorise`: name of the contract, a dot, and who may. */
  readonly permission: string
  /** States from which it leads; `null`: it begins a record. */
  readonly from: readonly State[] | null
  /** State to which it leads; `null`: it stays. */
  readonly to: State | null | ((held: Held) => State)
  /** Article that orders or allows it. */
  readonly law: string
  /** What the law forbids of it; `held` is empty where it begins. */
  readonly forbids?: (held: Held, args: z.output<Schema>, context: CallContext) => Refusal | null
  /** Fields that change. Asked before the state changes. */
  readonly sets?: (
    held: Held,
    args: z.output<Schema>,
    context: CallContext,
  ) => { readonly [F in keyof Held]?: Held[F] | undefined }
}

interface AnyStep {
  readonly law: string
  readonly method: ContractMethod
}

type StepMaker<State extends string, Held extends Fields> = <Schema extends z.ZodType<Keyed>>(
  step: Step<State, Held, Schema>,
) => (contract: string, name: string) => AnyStep

export interface Register extends Contract {
  /** Method to the article that it stands on. */
  readonly law: { readonly [method: string]: string }
}

/**
 * Makes a contract of steps. Each answers with an entry of the step's name: its arguments, and `s`, the state it led to.
 * Refuses `record-known`, `record-unknown`, `step-forbidden` (the state does not lead there) and what the step's rule says.
 */
export function defineRegister<State extends string, Held extends Fields>(
  name: string,
  version: number,
  steps: (step: StepMaker<State, Held>) => { readonly [method: string]: ReturnType<StepMaker<State, Held>> },
): Register {
  const make: StepMaker<State, Held> = (step) => (contract, method) => ({
    law: step.law,
    method: contractMethod({
      schema: step.schema,
      permission: `${contract}.${step.permission}`,
      apply(state, args, context) {
        const held = read<State, Held>(state, args.k)
        const begins = step.from === null
        if (begins && held !== null) return refuse('record-known', 'a record of that id is there already')
        if (!begins && held === null) return refuse('record-unknown', 'there is no record of that id')
        if (held !== null && !step.from?.includes(held.state)) {
          return refuse('step-forbidden', `${held.state} does not lead to ${method}: ${step.law}`)
        }
        const fields = held?.fields ?? ({} as Held)
        const refusal = step.forbids?.(fields, args, context) ?? null
        if (isRefusal(refusal)) return refusal
        const next = (typeof step.to === 'function' ? step.to(fields) : step.to) ?? held!.state
        write(state, args.k, next, { ...fields, ...step.sets?.(fields, args, context) })
        return { entry: { kind: `${contract}.${method}`, body: { ...args, s: next } } }
      },
    }),
  })
  const made = Object.entries(steps(make)).map(([method, of]) => [method, of(name, method)] as const)
  return {
    name,
    version,
    methods: Object.fromEntries(made.map(([method, step]) => [method, step.method])),
    law: Object.fromEntries(made.map(([method, { law }]) => [method, law])),
  }
}

function read<State extends string, Held extends Fields>(
  state: ContractState,
  key: Bytes,
): { state: State; fields: Held } | null {
  const value = state.get(`record/${toHex(key)}`)
  if (value === undefined) return null
  // Written by `write` alone.
  const { s, f } = value as { s: State; f: CborValue }
  return { state: s, fields: f as Held }
}

function write(state: ContractState, key: Bytes, s: string, fields: Fields): void {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  state.set(`record/${toHex(key)}`, { s, f: Object.fromEntries(present) as CborValue })
}
