/** The list of checks: icon, name, word, reason; details on demand. */
import type { Check } from '@mingzheng/proof'
import { el, ICONS } from './dom.ts'
import type { Speech } from './words.ts'

export function checksView(checks: Check[], speech: Speech): HTMLElement {
  const count = (status: Check['status']) =>
    checks.filter((check) => check.status === status && (status !== 'not-checked' || check.required)).length
  const word = { passed: 'passed', failed: 'checkFailed', 'not-checked': 'not-checked' } as const
  // What is only said, and asked of nobody, was not left unchecked.
  const wordOf = ({ status, required }: Check) =>
    speech.say(status === 'not-checked' && !required ? 'note' : word[status])
  const tally = (['passed', 'failed', 'not-checked'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => el('span', { class: `tally ${status}` }, `${count(status)} ${speech.say(word[status])}`))
  return el(
    'section',
    { class: 'card' },
    el('h2', {}, speech.say('checks'), el('span', { class: 'tallies' }, ...tally)),
    el('ol', { class: 'checks' }, ...checks.map((check) => checkLine(check, wordOf(check), speech))),
  )
}

function checkLine(check: Check, word: string, speech: Speech): HTMLElement {
  const facts = { ...check.detail, ...(check.where === undefined ? {} : { where: check.where }) }
  const hasFacts = Object.keys(facts).length > 0
  return el(
    'li',
    {
      class: `check ${check.status}${check.required ? '' : ' optional'}`,
      'data-check': check.id,
      'data-code': check.code,
    },
    el('span', { class: 'mark' }, ICONS[check.status]()),
    el(
      'div',
      { class: 'body' },
      el(
        'div',
        { class: 'line' },
        el('span', { class: 'name' }, speech.pick(check.title)),
        el('span', { class: 'word' }, word),
      ),
      el('p', { class: 'reason' }, speech.pick(check.reason)),
      hasFacts &&
        el(
          'details',
          check.status === 'failed' ? { open: true } : {},
          el('summary', {}, speech.say('more')),
          el('pre', {}, JSON.stringify(facts, null, 1)),
        ),
    ),
  )
}
