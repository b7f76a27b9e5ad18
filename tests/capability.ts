/**
 * What the machine must offer for a test. On a developer's machine a missing tool skips the test and says how to get it;
 * with `CI=true` nothing is skipped: the test fails.
 */
import { findTool, type ToolName, toolNamed } from '../apps/cli/src/doctor/tool.ts'

export type { ToolName } from '../apps/cli/src/doctor/tool.ts'

/** Options for `node:test` that hold a test to its tools: `test('title', needs('openssl', 'pdfsig'), () => ...)`. */
export function needs(...tools: ToolName[]): { skip?: string; signal?: AbortSignal } {
  const missing = tools.filter((name) => findTool(name, process.env) === null)
  if (missing.length === 0) return {}
  const remedy = missing.map((name) => `${name} is missing: ${toolNamed(name).remedy}`).join('; ')
  if (process.env.CI === undefined || process.env.CI === '') return { skip: remedy }
  return { signal: AbortSignal.abort(new Error(remedy)) }
}

/** The absolute path of a tool that the test has said it {@link needs}. */
export function toolPath(name: ToolName): string {
  const path = findTool(name, process.env)
  if (path === null) throw new Error(`${name} is missing: ${toolNamed(name).remedy}`)
  return path
}
