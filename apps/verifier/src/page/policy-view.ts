/** On top of everything: whose word this page takes. */
import { describePolicy, policyId, type TrustPolicy } from '@mingzheng/proof'
import { el, ICONS } from './dom.ts'
import type { Speech } from './words.ts'

export function policyView(policies: readonly TrustPolicy[], speech: Speech): HTMLElement {
  if (policies.length === 0) {
    return el('section', { class: 'policy none' }, ICONS['not-checked'](), el('p', {}, speech.say('policyNone')))
  }
  return el(
    'section',
    { class: 'policy' },
    ICONS.policy(),
    el('div', {}, ...policies.map((policy) => one(policy, speech))),
  )
}

function one(policy: TrustPolicy, speech: Speech): HTMLElement {
  const id = policyId(policy)
  return el(
    'details',
    {},
    el(
      'summary',
      {},
      el('span', {}, `${speech.say('policyPinned')}${speech.say('colon')}`),
      el('strong', {}, speech.pick(policy.name)),
      policy.demo && el('span', { class: 'badge' }, speech.say('policyDemo')),
      el('span', { class: 'mono quiet', title: id }, `${id.slice(0, 8)}…${id.slice(-8)}`),
    ),
    ...describePolicy(policy, speech.language)
      .split('\n')
      .map((line) => el('p', {}, line)),
  )
}
