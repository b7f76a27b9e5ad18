/** The models that look at a listing as a task asks for them, and the name of the set: another set sees unchanged pages anew. */
import type { Behaviour } from '../recognition/behaviour.ts'
import type { ListingModel } from '../recognition/model.ts'

export interface ModelSet {
  readonly models: readonly ListingModel[]
  /** Such as `banned-goods:3 operator:1`. */
  readonly name: string
}

/** `rules`: name of what an organisation has set otherwise. */
export function modelSetOf(models: readonly ListingModel[], behaviours: readonly Behaviour[], rules = ''): ModelSet {
  const asked = models.filter(({ behaviour }) => behaviours.includes(behaviour))
  return { models: asked, name: asked.map(({ behaviour, version }) => `${behaviour}:${version}`).join(' ') + rules }
}
