/** Trains the semantic model and writes data/weights.json: `npm run train`. Gives the same file for the same samples. */
import { writeFileSync } from 'node:fs'
import { weightsFile } from './samples.ts'

writeFileSync(new URL('data/weights.json', import.meta.url), `${JSON.stringify(weightsFile(), null, 2)}\n`)
