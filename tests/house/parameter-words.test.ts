/** Every parameter of every model has a name in both languages and a reason in Chinese, and nothing is named that is not there. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { listingModels, modelKey, panelModels } from '@mingzheng/monitoring'
import { reasonsInChinese } from '../../apps/web/src/models/parameter-reasons.ts'
import { parameterWords } from '../../apps/web/src/models/parameter-words.ts'

const parameters = [...listingModels, ...panelModels]
  .flatMap((model) => Object.keys(model.thresholds).map((name) => `${modelKey(model)}.${name}`))
  .sort()

describe('parameters of models on screen', () => {
  test('have names, and nothing else has', () => {
    assert.deepEqual(Object.keys(parameterWords.zh).sort(), parameters)
  })
  test('say in Chinese why they are as they are', () => {
    assert.deepEqual(Object.keys(reasonsInChinese).sort(), parameters)
    for (const reason of Object.values(reasonsInChinese)) assert.match(reason, /\p{Script=Han}{3}/u)
  })
})
