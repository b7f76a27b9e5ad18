/** Where the public part of a home's own node listens. */
import { readNodeConfiguration } from '../home/node-configuration.ts'

export async function ownPublicUrl(home: string): Promise<string> {
  const { public: at } = await readNodeConfiguration(home)
  return `http://${at.host}:${at.port}`
}
