import { resolve } from 'node:path'

const FOLDER = resolve(import.meta.dirname, '../../../../node_modules/.cache/mingzheng-compiled')

/**
 * The environment of a child of ours, with a place beside the installed packages where Node keeps what it made of our sources: the
 * five nodes of a consortium then read them once. Node itself checks each by its source; a folder that cannot be written is no cache.
 */
export function withCompileCache(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, NODE_COMPILE_CACHE: environment.NODE_COMPILE_CACHE || FOLDER }
}
