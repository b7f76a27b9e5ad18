/** `npm run check:layers`: reads every module with dependency-cruiser and holds it to the floors. */
import { resolve } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { breachesOf, type Module } from './floors.ts'

process.chdir(resolve(import.meta.dirname, '../..'))
const { output } = await cruise(['packages', 'apps', 'demo', 'tests', 'bench'], {
  doNotFollow: { path: ['node_modules'] },
  exclude: { path: ['(^|/)dist/', '/assets/', 'test-results'] },
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['node', 'import', 'types', 'default'],
    extensions: ['.ts', '.tsx', '.js'],
  },
})
const modules = (output as ICruiseResult).modules.filter(({ source }) => !source.includes('node_modules'))
const read: Module[] = modules.map(({ source, dependencies }) => ({
  source,
  imports: dependencies
    .filter(({ coreModule }) => !coreModule)
    // A circle of types alone vanishes when types are stripped.
    .map(({ resolved, circular, cycle, dependencyTypes }) => ({
      target: resolved,
      circular:
        circular &&
        !dependencyTypes.includes('type-only') &&
        !cycle?.some((step) => step.dependencyTypes.includes('type-only')),
    })),
}))
const breaches = breachesOf(read)
for (const { rule, source, target } of breaches) process.stdout.write(`${rule}: ${source} -> ${target}\n`)
process.stdout.write(`layers: ${read.length} modules read, ${breaches.length} breaches\n`)
process.exit(breaches.length === 0 ? 0 : 1)
