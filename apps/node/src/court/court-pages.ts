/** The court's pages as HTML: the form, one certificate's result, one case's list of evidence. */
import type { Check, Report } from '@mingzheng/proof'
import { advice, adviceOn, problemsOf } from './court-advice.ts'
import type { CourtAnswer } from './court-desk.ts'
import { type CourtLanguage, type CourtWord, courtWord } from './court-words.ts'
import { china, foreignFacts } from './foreign-facts.ts'
import { Html, html } from './html.ts'

export interface PageContext {
  readonly language: CourtLanguage
  /** Path and query of this page in the other language. */
  readonly other: string
  readonly member: { readonly zh: string; readonly en: string }
  /** Of the log that this court keeps. */
  readonly origin: string
  /** Now, ms. */
  readonly now: number
}

export interface CaseLine {
  readonly number: string
  /** `null` while it is being checked, or when that failed. */
  readonly answer: CourtAnswer | null
  readonly failed: boolean
  /** The job that checks it. */
  readonly job: string
}

export function page(context: PageContext, body: Html, options: { refresh?: boolean; wide?: boolean } = {}): string {
  const t = (word: CourtWord) => courtWord(context.language, word)
  const whole = html`<!doctype html>
<html lang="${context.language === 'zh' ? 'zh-CN' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${options.refresh === true ? new Html('<meta http-equiv="refresh" content="2">') : null}
<title>${t('title')}</title><link rel="stylesheet" href="/court/style.css"></head>
<body${options.wide === true ? new Html(' class="wide"') : null}><header><strong>${context.member[context.language]}</strong> <span class="quiet">${t('court')} · ${t('title')}</span>
<nav><a href="${context.other}">${context.language === 'zh' ? 'English' : '中文'}</a></nav></header>
<main>${body}</main>
<footer class="quiet small break">${t('ledger')} ${context.origin} · ${t('printed')} ${china(context.now)}</footer></body></html>`
  return whole.text
}

export function signInPage(context: PageContext, problem: CourtWord | null): string {
  const t = (word: CourtWord) => courtWord(context.language, word)
  return page(
    context,
    html`<h1>${t('signIn')}</h1><div class="card"><p>${t('signInText')}</p>
${problem === null ? null : html`<p class="bad" role="alert">${t(problem)}</p>`}
<form method="post" action="/court/sign-in?lang=${context.language}"><label for="passphrase">${t('passphrase')}</label>
<div class="line"><input id="passphrase" name="passphrase" type="password" autocomplete="current-password" required maxlength="200" autofocus>
<button>${t('signIn')}</button></div></form></div>`,
  )
}

export function formPage(context: PageContext, problem: CourtWord | null): string {
  const t = (word: CourtWord) => courtWord(context.language, word)
  const field = (name: string, word: CourtWord, hint: CourtWord, act: CourtWord) =>
    html`<form class="card" method="post" action="/court/${name}?lang=${context.language}">
<label for="${name}">${t(word)}</label><div class="line"><input id="${name}" name="${name}" required maxlength="200" autocomplete="off">
<button>${t(act)}</button></div><div class="quiet small">${t(hint)}</div></form>`
  return page(
    context,
    html`<h1>${t('title')}</h1><p class="quiet">${t('intro')}</p>
${problem === null ? null : html`<p class="bad" role="alert">${t(problem)}</p>`}
${field('number', 'number', 'numberHint', 'lookUp')}${field('case', 'caseNumber', 'caseHint', 'lookUpCase')}
<form class="card" method="post" enctype="multipart/form-data" action="/court/file?lang=${context.language}">
<label for="file">${t('file')}</label><div class="line"><input id="file" name="file" type="file" required accept=".zip,.json">
<button>${t('checkFile')}</button></div><div class="quiet small">${t('fileHint')}</div></form>`,
  )
}

export function workingPage(context: PageContext, number: string): string {
  const t = (word: CourtWord) => courtWord(context.language, word)
  return page(context, html`<h1 class="code break">${number}</h1><p role="status">${t('working')}</p>`, {
    refresh: true,
  })
}

export function saidPage(context: PageContext, word: CourtWord): string {
  const t = (name: CourtWord) => courtWord(context.language, name)
  return page(
    context,
    html`<p role="status">${t(word)}</p><p><a href="/court?lang=${context.language}">${t('back')}</a></p>`,
  )
}

/** How an answer ends, in one word and its colour. */
function verdictOf(answer: CourtAnswer): { word: CourtWord; tone: 'good' | 'bad' | 'open' } {
  if (answer.kind === 'unknown') return { word: 'notFound', tone: 'bad' }
  if (answer.kind === 'foreign') return { word: 'foreignFound', tone: answer.foreign?.equivocated ? 'open' : 'good' }
  if (answer.report === null) return { word: 'notGiven', tone: 'open' }
  if (answer.sameEntry === false) return { word: 'failed', tone: 'bad' }
  const { verdict } = answer.report
  return { word: verdict, tone: verdict === 'verified' ? 'good' : verdict === 'incomplete' ? 'open' : 'bad' }
}

export function resultPage(context: PageContext, answer: CourtAnswer, job: string): string {
  const t = (word: CourtWord) => courtWord(context.language, word)
  const { word, tone } = verdictOf(answer)
  const { report, ownLog, from } = answer
  const without = { unknown: t('unknown'), foreign: t('foreign'), unavailable: t('unavailable'), checked: '' }
  const said = report === null ? without[answer.kind] : report.statement[context.language]
  const next = adviceOn(answer)
  const facts: [string, Html | string | null][] = [
    ...foreignFacts(context, answer.foreign, job),
    [
      t('ownLog'),
      answer.foreign !== null || ownLog.fixed.length === 0
        ? null
        : html`${ownLog.fixed.map(({ index, time }) => html`<div>${t('entry')} ${index} · ${t('fixed')} ${china(time)}</div>`)}`,
    ],
    [
      t('custodians'),
      answer.foreign !== null || ownLog.custodians.length === 0
        ? null
        : html`${ownLog.custodians.map(
            ({ name, since, edition }) =>
              html`<div>${name[context.language]} · ${t('edition')} ${edition} · ${t('since')} ${china(since)}</div>`,
          )}`,
    ],
    [
      t('from'),
      from === null
        ? null
        : html`${from.custodian.name[context.language]} · ${t('edition')} ${from.edition} (${t('trace')} ${from.wishIndex})`,
    ],
    ...subjectFacts(context, report),
    [t('witnesses'), answer.foreign !== null ? null : witnesses(context, report)],
  ]
  return page(
    context,
    html`<h1 class="code break">${answer.number}</h1>
<div class="card"><div class="verdict ${tone}" role="status">${t(word)}</div><p>${said}</p>
${answer.sameEntry === null ? null : html`<p class="${answer.sameEntry ? 'good' : 'bad'}">${t(answer.sameEntry ? 'sameEntry' : 'otherEntry')}</p>`}
${problemsOf(context.language, answer)}
<dl>${facts.map(([name, value]) => (value === null ? null : html`<dt>${name}</dt><dd>${value}</dd>`))}</dl>${next === null ? null : advice(context.language, next, context.origin)}</div>
${report === null ? null : checks(context, report)}
<p class="no-print quiet small">${t('print')} · <a href="/court?lang=${context.language}">${t('back')}</a></p>`,
  )
}

function subjectFacts({ language }: PageContext, report: Report | null): [string, Html | string | null][] {
  const t = (word: CourtWord) => courtWord(language, word)
  const subject = report?.subject ?? null
  if (subject === null) return []
  return [
    [t('object'), html`${subject.title}${subject.urls.map((url) => html`<div class="small">${url}</div>`)}`],
    [t('captured'), `${china(Date.parse(subject.startedAt))} – ${china(Date.parse(subject.endedAt))}`],
    [
      t('by'),
      [subject.organisation, subject.unit ?? '', ...subject.officers.map(({ name }) => name)]
        .filter(Boolean)
        .join(' · '),
    ],
    ['', subject.demo ? html`<span class="open">${t('demo')}</span>` : null],
  ]
}

/** Who signed the checkpoint under which it was fixed, and when. */
function witnesses({ language }: PageContext, report: Report | null): Html | null {
  const members = report?.ledger?.members.filter(({ counted }) => counted) ?? []
  if (members.length === 0) return null
  return html`${members.map(
    ({ name, time }) =>
      html`<div>${name[language]}${time === null ? null : html` <span class="quiet small">${courtWord(language, 'witnessed')} ${china(Date.parse(time))}</span>`}</div>`,
  )}`
}

const MARK = { passed: '✓', failed: '✗', 'not-checked': '–' } as const
const TONE = { passed: 'good', failed: 'bad', 'not-checked': 'open' } as const

function checks({ language }: PageContext, report: Report): Html {
  const t = (word: CourtWord) => courtWord(language, word)
  const word = ({ status }: Check) => t(status === 'failed' ? 'checkFailed' : status)
  return html`<div class="card"><h2>${t('checks')}</h2><ol class="checks">${report.checks.map(
    (
      check,
    ) => html`<li><strong>${check.title[language]}</strong> <span class="${TONE[check.status]}">${MARK[check.status]} ${word(check)}</span>
<div class="small break">${check.reason[language]}${check.where === undefined ? null : html` <span class="code">${check.where}</span>`}</div></li>`,
  )}</ol>
${report.policy === null ? null : html`<h2>${t('policy')}</h2><p class="break">${report.policy.name[language]} <span class="code">${report.policy.id}</span></p><p class="small lines">${report.policy.description[language]}</p>`}
<h2>${t('limits')}</h2>${report.limits.map((limit) => html`<p class="small">${limit[language]}</p>`)}
<p class="quiet small">${t('checkedAt')} ${china(Date.parse(report.checkedAt))}</p></div>`
}

export function casePage(context: PageContext, caseNumber: string, lines: readonly CaseLine[]): string {
  const t = (word: CourtWord) => courtWord(context.language, word)
  const good = lines.filter(({ answer }) => answer !== null && verdictOf(answer).tone === 'good').length
  const sum = t('sum').replace('{{count}}', String(lines.length)).replace('{{good}}', String(good))
  const working = lines.some(({ answer, failed }) => answer === null && !failed)
  const row = ({ number, answer, failed, job }: CaseLine, i: number) => {
    const end = answer === null ? null : verdictOf(answer)
    const subject = answer?.report?.subject ?? null
    return html`<tr><td data-name="#">${i + 1}</td><td data-name="${t('number')}"><span class="code">${number}</span></td>
<td data-name="${t('object')}">${subject?.title ?? ''}<div class="small quiet">${subject?.urls[0] ?? ''}</div></td>
<td data-name="${t('captured')}">${subject === null ? '' : china(Date.parse(subject.startedAt))}</td>
<td data-name="${t('fixed')}">${answer?.ownLog.fixed[0] === undefined ? '' : html`${china(answer.ownLog.fixed[0].time)}<div class="small quiet">${t('entry')} ${answer.ownLog.fixed[0].index}</div>`}</td>
<td class="end" data-name="${t('verdict')}">${
      end === null
        ? t(failed ? 'failedWork' : 'working')
        : html`<strong class="${end.tone}">${t(end.word)}</strong>
<div class="no-print small"><a href="/court/result/${job}?lang=${context.language}">${t('more')}</a></div>`
    }</td></tr>`
  }
  const body =
    lines.length === 0
      ? html`<p role="status">${t('caseNone')}</p>${advice(context.language, 'case', context.origin)}`
      : html`<table><thead><tr><th>#</th><th>${t('number')}</th><th>${t('object')}</th><th>${t('captured')}</th><th>${t('fixed')}</th><th>${t('verdict')}</th></tr></thead>
<tbody>${lines.map(row)}</tbody></table>`
  return page(
    context,
    html`<h1>${t('listOf')}</h1><p>${t('caseNumber')} <strong class="break">${caseNumber}</strong></p><div class="card scroll">${body}</div>
${lines.length === 0 || working ? null : html`<p>${sum}</p>`}
<p class="no-print quiet small">${t('print')} · <a href="/court?lang=${context.language}">${t('back')}</a></p>`,
    { refresh: working, wide: true },
  )
}
