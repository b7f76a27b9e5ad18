/** The models as an organisation has set them: its parameters, its words, the version that every finding keeps. */
import type { Behaviour } from '../recognition/behaviour.ts'
import type { Finding, WordGroup } from '../recognition/finding.ts'
import type { Listing } from '../recognition/line.ts'
import type { ListingModel, PanelModel } from '../recognition/model.ts'
import { type Values, withValues } from '../recognition/thresholds.ts'
import { modelKey, type SettingsContent } from './content.ts'
import { type WordFinder, wordFinder } from './word-findings.ts'

export interface Rules {
  /** Version of the settings; 0 as shipped. */
  readonly version: number
  readonly content: SettingsContent
  /** Goods of the register of what may not be sold. */
  readonly goods: readonly WordGroup[]
  /** Versions of the registers that were looked at, such as `operators.3`. */
  readonly registers: string
}

/** Score from which a word of a group is a lead, where its behaviour has no model of words. */
const LEAD = 0.6

const NO_WORDS: WordFinder = { behaviours: new Set(), find: () => [] }

function finderOf({ content, goods }: Rules): WordFinder {
  const groups = content.groups.flatMap(({ enabled, ...group }): WordGroup[] =>
    enabled ? [{ ...group, source: 'group', licence: '' }] : [],
  )
  return groups.length + goods.length === 0 ? NO_WORDS : wordFinder([...groups, ...goods])
}

/** A name for what the rules add to the models' own versions; empty as shipped. */
export function rulesName({ version, registers }: Rules): string {
  return `${version === 0 ? '' : ` settings:${version}`}${registers === '' ? '' : ` ${registers}`}`
}

/** The models of listings under rules. A behaviour that only words are about gets a model of its own. */
export function listingModelsUnder(models: readonly ListingModel[], rules: Rules): readonly ListingModel[] {
  if (rules.version === 0 && rules.goods.length === 0 && rulesAreShipped(rules)) return models
  const finder = finderOf(rules)
  const own = models.map((model) => underRules(model, rules, finder))
  const missing = [...finder.behaviours].filter((one) => !models.some(({ behaviour }) => behaviour === one))
  return [...own, ...missing.map((behaviour) => wordsAlone(behaviour, rules, finder))]
}

const rulesAreShipped = ({ content }: Rules) =>
  Object.keys(content.parameters).length === 0 && content.groups.length === 0

/** What made it, as far as that is not as shipped. */
function stamp(finding: Finding, { version }: Rules, parameters: Values): Finding {
  const model = version === 0 ? finding.model : { ...finding.model, settings: version }
  return Object.keys(parameters).length === 0 ? { ...finding, model } : { ...finding, model, basis: { parameters } }
}

function underRules(model: ListingModel, rules: Rules, finder: WordFinder): ListingModel {
  const values: Values = rules.content.parameters[modelKey(model)] ?? {}
  const { behaviour, version } = model
  // Of two models of one behaviour the words are looked for once, by the one of listings.
  return {
    ...model,
    examine: (listing, date) => {
      const found = withValues(model.thresholds, values, () => model.examine(listing, date))
      const lead = values.lead ?? model.thresholds.lead?.value ?? LEAD
      return [
        ...found.map((finding) => stamp(finding, rules, values)),
        ...wordFindings(finder, listing, date, { behaviour, version, lead }, rules),
      ]
    },
  }
}

function wordFindings(
  finder: WordFinder,
  listing: Listing,
  date: string,
  { behaviour, version, lead }: { behaviour: Behaviour; version: number; lead: number },
  rules: Rules,
): Finding[] {
  if (!finder.behaviours.has(behaviour)) return []
  return finder.find(listing, date, behaviour, lead).map(({ finding, group }) => ({
    ...finding,
    model: { name: behaviour, version, ...(rules.version === 0 ? {} : { settings: rules.version }) },
    basis: { parameters: { lead }, words: group },
  }))
}

function wordsAlone(behaviour: Behaviour, rules: Rules, finder: WordFinder): ListingModel {
  return {
    behaviour,
    version: 1,
    thresholds: { lead: { value: LEAD, reason: 'as for words of the other models' } },
    examine: (listing, date) => wordFindings(finder, listing, date, { behaviour, version: 1, lead: LEAD }, rules),
  }
}

export function panelModelsUnder(models: readonly PanelModel[], rules: Rules): readonly PanelModel[] {
  return models.map((model) => {
    const values = rules.content.parameters[modelKey(model)]
    if (values === undefined && rules.version === 0) return model
    const under = <T>(work: () => T): T => withValues(model.thresholds, values ?? {}, work)
    return {
      ...model,
      open() {
        const panel = under(() => model.open())
        return {
          add: (line, number) => under(() => panel.add(line, number)),
          conclude: (date) => {
            const found = under(() => panel.conclude(date))
            return new Map(
              [...found].map(([number, all]) => [number, all.map((one) => stamp(one, rules, values ?? {}))]),
            )
          },
        }
      },
    }
  })
}
