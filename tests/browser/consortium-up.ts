/** `up --consortium` as a user meets it: moved in from before, started twice, without CometBFT. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { mingzheng, mingzhengWith } from '../launched-up.ts'
import type { ConsortiumStage } from './consortium-stage.ts'

const serial = (number: string) => Number(number.split('-')[3])

export function upJourneys(stage: ConsortiumStage): void {
  describe('up --consortium', () => {
    test('goes on numbering where the ledger of before ended', () => {
      assert.equal(serial(stage.number), serial(stage.former.number) + 1)
    })

    test('a second start on the same data is refused and says where the first is', async () => {
      const { code, err } = await mingzheng('up', '--consortium', '--data', stage.data, '--port', '0')
      assert.equal(code, 1)
      assert.ok(err.includes(stage.up.url))
    })

    test('without CometBFT it refuses with the one command that installs it', async () => {
      const bare = { PATH: '/usr/bin:/bin', HOME: stage.folder, GOPATH: '', MINGZHENG_COMETBFT: '' }
      const { code, err } = await mingzhengWith(
        bare,
        'up',
        '--consortium',
        '--data',
        join(stage.folder, 'bare'),
        '--port',
        '0',
      )
      assert.equal(code, 1)
      assert.match(err, /CometBFT is not on this machine/)
      assert.match(err, /go install github\.com\/cometbft\/cometbft\/cmd\/cometbft@v0\.38\.25/)
    })
  })
}
