/** A report on screen: one sentence, then what it is about, then each check, then what it does not prove. */
import type { Report, Verdict } from '@mingzheng/proof'
import { checksView } from './checks-view.ts'
import { el, ICONS } from './dom.ts'
import { factsView, filesView } from './facts-view.ts'
import type { Speech } from './words.ts'

const MARK = {
  verified: 'passed',
  failed: 'failed',
  incomplete: 'not-checked',
  'not-a-package': 'not-checked',
} as const satisfies Record<Verdict, keyof typeof ICONS>

export interface ResultActions {
  another(): void
}

export function resultView(report: Report, fileName: string, speech: Speech, actions: ResultActions): HTMLElement {
  const { subject } = report
  const notices = [
    subject?.demo && el('p', { class: 'notice' }, speech.say('demo')),
    subject?.complete === false &&
      el(
        'p',
        { class: 'notice' },
        `${speech.say('incompleteCapture')}${speech.say('colon')}${subject.incompleteReason ?? ''}`,
      ),
  ]
  return el(
    'main',
    { class: 'result', 'data-verdict': report.verdict },
    el(
      'section',
      { class: `verdict ${report.verdict}`, role: 'status' },
      el('span', { class: 'mark' }, ICONS[MARK[report.verdict]]()),
      el(
        'div',
        {},
        el('p', { class: 'file' }, fileName),
        el('h1', {}, speech.say(report.verdict)),
        el('p', { class: 'statement' }, speech.pick(report.statement)),
        ...notices,
      ),
    ),
    el(
      'div',
      { class: 'actions' },
      el('button', { class: 'primary', onclick: () => actions.another() }, speech.say('another')),
      el('button', { onclick: () => save(report, fileName) }, speech.say('save')),
      el('button', { onclick: () => print() }, speech.say('print')),
    ),
    el(
      'div',
      { class: 'columns' },
      checksView(report.checks, speech),
      el(
        'div',
        {},
        subject !== null && factsView(report, subject, speech),
        report.limits.length > 0 &&
          el(
            'section',
            { class: 'card' },
            el('h2', {}, speech.say('limits')),
            ...report.limits.map((limit) => el('p', {}, speech.pick(limit))),
          ),
      ),
    ),
    subject !== null && filesView(subject, speech),
    el('footer', {}, `${speech.say('checkedAt')} ${speech.time(report.checkedAt)}`),
  )
}

function save(report: Report, fileName: string): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }))
  const link = el('a', { href: url, download: `${fileName.replace(/\.zip$/, '')}-report.json` })
  link.click()
  URL.revokeObjectURL(url)
}
