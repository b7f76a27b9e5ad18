import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Context } from '../context.ts'

/** Runs the server's program that reads and judges files; `onLine` gets each of its JSON lines. Answers its exit code. */
export async function analysisProgram(
  { node, root, environment, workingFolder, stop }: Context,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<number> {
  const child = spawn(node, [join(root, 'apps/server/src/analysis/main.ts'), ...args], {
    cwd: workingFolder,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: stop,
    killSignal: 'SIGTERM',
  })
  const ended = once(child, 'close') as Promise<[number | null]>
  for await (const line of createInterface({ input: child.stdout })) onLine(line)
  const [code] = await ended
  return code ?? 1
}
