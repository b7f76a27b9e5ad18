import { encodePng } from './png.ts'
import { paintScene, type Scene } from './scene.ts'

const SIZE = 480
const KEPT = 400

/** Makes pictures when they are first asked for and keeps the last {@link KEPT}. */
export function createPictures(): (scene: Scene) => Buffer {
  const kept = new Map<string, Buffer>()
  return (scene) => {
    const key = `${scene.motif}/${scene.hue}/${scene.view}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const made = encodePng(SIZE, SIZE, paintScene(scene, SIZE).rgb)
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!)
    kept.set(key, made)
    return made
  }
}
