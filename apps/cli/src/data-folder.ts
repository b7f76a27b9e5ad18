import { isAbsolute, join, resolve } from 'node:path'
import type { Context } from './context.ts'

/**
 * Where an installation keeps its data: `--data`, else `MINGZHENG_DATA`, else `.mingzheng/data` in the project. A superuser's
 * default is `/var/lib/mingzheng`: the database and the browser run as an unprivileged user, who must reach it.
 */
export function dataFolder(context: Context, given: string | null): string {
  const named = given ?? context.environment.MINGZHENG_DATA ?? ''
  if (named !== '') return isAbsolute(named) ? named : resolve(context.workingFolder, named)
  return context.superuser ? '/var/lib/mingzheng' : join(context.root, '.mingzheng', 'data')
}
