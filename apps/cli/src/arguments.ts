import { parseArgs } from 'node:util'
import { Failure } from '@mingzheng/kernel'

interface OptionKind {
  type: 'string' | 'boolean'
  multiple?: boolean
}

/** Values of options by name, and what stood between them. */
export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  readonly positionals: readonly string[]
}

/** Reads a command's arguments; throws `argument-wrong` that names what is not understood. */
export function readArguments(args: readonly string[], options: Record<string, OptionKind>): Arguments {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    return { values, positionals }
  } catch (cause) {
    throw new Failure('argument-wrong', cause instanceof Error ? cause.message : String(cause), {
      remedy: './mingzheng help',
      cause,
    })
  }
}

/** A text option, or `null` when it was not given. */
export function textOption(args: Arguments, name: string): string | null {
  const value = args.values[name]
  return typeof value === 'string' ? value : null
}

/** Whether a switch was given. */
export function switchOption(args: Arguments, name: string): boolean {
  return args.values[name] === true
}
