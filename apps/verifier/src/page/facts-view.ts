/** What the package is about, and its files. */
import type { Report, ReportSubject } from '@mingzheng/proof'
import { type Child, el } from './dom.ts'
import type { Speech, WordKey } from './words.ts'

export function factsView(report: Report, subject: ReportSubject, speech: Speech): HTMLElement {
  const { ledger, timestamp } = report
  const row = (key: WordKey, ...value: Child[]) => [el('dt', {}, speech.say(key)), el('dd', {}, ...value)]
  const time = (utc: string) => el('time', { datetime: utc, title: utc }, speech.time(utc))
  const officers = subject.officers.map(({ name, cardNumber }) =>
    cardNumber === null ? name : `${name}（${cardNumber}）`,
  )
  const who = [subject.organisation, subject.unit, ...officers]
    .filter((text) => text !== null && text !== '')
    .join(speech.say('comma'))
  const [address, ...others] = subject.urls
  const rows = [
    ...row('number', el('span', { class: 'mono' }, subject.number)),
    ...(subject.edition > 1 ? row('edition', String(subject.edition)) : []),
    ...(subject.title === '' ? [] : row('object', subject.title)),
    ...(address === undefined
      ? []
      : row('address', el('span', { class: 'address' }, address), others.length > 0 && ` +${others.length}`)),
    ...row('time', time(subject.startedAt)),
    ...(ledger === null ? [] : row('fixed', time(ledger.time))),
    ...(timestamp === null ? [] : row('stamped', time(timestamp.time), `${speech.say('comma')}${timestamp.authority}`)),
    ...(who === '' ? [] : row('who', who)),
    ...(ledger === null ? [] : row('ledger', `${ledger.origin} #${ledger.index}`)),
    ...(ledger === null || ledger.members.length === 0
      ? []
      : row(
          'witnesses',
          ...ledger.members.map((member) =>
            el(
              'div',
              {},
              speech.pick(member.name),
              member.time === null ? null : el('small', {}, ' ', time(member.time)),
              member.counted ? null : el('small', {}, ` ${speech.say('notCounted')}`),
            ),
          ),
        )),
    ...row(
      'manifest',
      digest(subject.manifestSha256, 'SHA-256', speech),
      ' ',
      digest(subject.manifestSm3, 'SM3', speech),
    ),
  ]
  return el('section', { class: 'card' }, el('h2', {}, speech.say('facts')), el('dl', {}, ...rows))
}

const FILES_SHOWN = 30

export function filesView(subject: ReportSubject, speech: Speech): HTMLElement | null {
  if (subject.files.length === 0) return null
  const line = (file: ReportSubject['files'][number]) =>
    el(
      'tr',
      {},
      el('td', {}, el('span', { class: 'path' }, file.path), el('small', {}, file.role)),
      el('td', { class: 'number' }, file.bytes.toLocaleString('en')),
      el('td', {}, digest(file.sha256, 'SHA-256', speech), ' ', digest(file.sm3, 'SM3', speech)),
    )
  const body = el('tbody', {}, ...subject.files.slice(0, FILES_SHOWN).map(line))
  const all = el(
    'button',
    {
      class: 'plain',
      onclick: () => {
        body.replaceChildren(...subject.files.map(line))
        all.remove()
      },
    },
    `${speech.say('show')} (${subject.files.length})`,
  )
  return el(
    'section',
    { class: 'card' },
    el('h2', {}, speech.say('files'), el('span', { class: 'tallies' }, String(subject.files.length))),
    el('div', { class: 'scroll' }, el('table', { class: 'files' }, body)),
    subject.files.length > FILES_SHOWN && all,
  )
}

/** First and last eight characters; the whole on hover and by copying. */
function digest(hex: string, kind: string, speech: Speech): HTMLElement {
  const text = `${hex.slice(0, 8)}…${hex.slice(-8)}`
  const button = el(
    'button',
    {
      class: 'digest',
      'data-hex': hex,
      title: `${kind} ${hex}`,
      onclick: () => {
        const said = () => {
          button.dataset.said = speech.say('digestCopied')
          setTimeout(() => delete button.dataset.said, 1500)
        }
        navigator.clipboard?.writeText(hex).then(said, () => {})
      },
    },
    el('small', {}, kind),
    el('span', { class: 'cut' }, text),
  )
  return button
}
