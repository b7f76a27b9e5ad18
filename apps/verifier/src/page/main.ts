/** Starts the page: reads the policies that it was made with, the browser's language and its clock. */
import { encodeJson, type JsonValue } from '@mingzheng/kernel'
import { parsePolicy, type TrustPolicy } from '@mingzheng/proof'
import { startPage } from './app.ts'
import './style.css'

/** A page with a broken slot must not look like one that trusts somebody. */
function embeddedPolicies(): TrustPolicy[] {
  const slot = document.getElementById('policy')?.textContent ?? '[]'
  const content = JSON.parse(slot) as JsonValue
  const list = Array.isArray(content) ? content : [content]
  return list.map((policy) => parsePolicy(encodeJson(policy)))
}

startPage(document.getElementById('app')!, {
  policies: embeddedPolicies(),
  language: navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
  now: () => Date.now(),
})
