import type { Clock } from '@mingzheng/kernel'
import type { Language, Text } from './language.ts'

/** What a command gets from outside: it touches neither `process.env` nor the terminal by any other way. */
export interface Context {
  readonly environment: NodeJS.ProcessEnv
  readonly language: Language
  readonly clock: Clock
  /** The project's root folder. */
  readonly root: string
  /** Where relative file names are meant from. */
  readonly workingFolder: string
  /** Whether this runs as a superuser: then data must lie where PostgreSQL's and the browser's user can reach it. */
  readonly superuser: boolean
  /** The bundled Node, for children. */
  readonly node: string
  /** Ends with the wish to stop: Ctrl-C, SIGTERM, the launcher's death. */
  readonly stop: AbortSignal
  /** One line of a result, on standard output. */
  print(line: string): void
  /** One line for the person who waits, on standard error, in their language. */
  say(text: Text): void
}

/** A command of `./mingzheng`. */
export interface Command {
  readonly name: string
  readonly usage: string
  readonly summary: Text
  /** Runs with the arguments after the command's name; answers the exit code. */
  run(context: Context, args: readonly string[]): Promise<number>
}
