import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeJson, type JsonValue } from '@mingzheng/kernel'
import { parsePolicy } from '../policy.ts'
import type { TrustPolicy } from '../policy-schema.ts'
import { createTestLog } from '../testing/test-log.ts'
import { fillVerifierPage } from './verifier-page.ts'

const page = '<title>$&</title><script type="application/json" id="policy">[]</script><script>$`</script>'

test('a policy stands in the slot as JSON that reads back to the same policy, and nothing else of the page changes', () => {
  const statement = { zh: '</script><script>alert(1)</script>', en: "$' $& <!--" }
  const { policy } = createTestLog({ policy: { statement } })
  const filled = fillVerifierPage(page, [policy])
  const [before, rest] = filled.split('<script type="application/json" id="policy">')
  const end = rest!.indexOf('</script>')
  assert.equal(before, '<title>$&</title>')
  assert.equal(rest!.slice(end), '</script><script>$`</script>')
  const [read] = JSON.parse(rest!.slice(0, end)) as [TrustPolicy]
  assert.deepEqual(parsePolicy(encodeJson(read as JsonValue)), policy)
})

test('a page without a slot, or one that is filled already, is refused', () => {
  const { policy } = createTestLog()
  assert.throws(() => fillVerifierPage('<html></html>', [policy]), { code: 'verifier-slot' })
  assert.throws(() => fillVerifierPage(fillVerifierPage(page, [policy]), [policy]), { code: 'verifier-slot' })
})
