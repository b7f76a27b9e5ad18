/** A stage for one register: three organisations with seeded keys, ids and commitments by name. */
import { type Bytes, digest, keySigner, type Signer, utf8 } from '@mingzheng/kernel'
import { seededRandom } from '@mingzheng/kernel/testing'
import type { Arguments, Contract } from '@mingzheng/ledger'
import { ContractStage } from '@mingzheng/ledger/testing'

export const DAY = 86_400_000
export const START = Date.UTC(2026, 10, 24)

/** 16 bytes that stand for a record. */
export const idOf = (name: string): Bytes => digest('sha256', utf8(`id ${name}`)).slice(0, 16)
/** 32 bytes that stand for a salted commitment. */
export const commitmentTo = (name: string): Bytes => digest('sha256', utf8(`commitment ${name}`))

/** The same name, the same key. */
export function organisation(name: string): Signer {
  const secret = seededRandom(`organisation ${name}`)(32)
  // Below the curve's order.
  secret[0] = 1
  return keySigner({ algorithm: 'ed25519', secret })
}

/** Calls one contract on a record named `k`; answers with the refusal's code, or `null`. */
export class RegisterStage {
  readonly stage: ContractStage
  readonly #contract: string

  constructor(contract: Contract) {
    this.stage = new ContractStage({ contracts: [contract], time: START })
    this.#contract = contract.name
  }

  step(by: Signer, method: string, args: Arguments = {}, record = 'one'): Promise<string | null> {
    return this.stage.refused(by, `${this.#contract}.${method}`, { k: idOf(record), ...args })
  }

  /** Steps that must all succeed. */
  async steps(...calls: readonly [by: Signer, method: string, args?: Arguments][]): Promise<void> {
    for (const [by, method, args] of calls) {
      const code = await this.step(by, method, args)
      if (code !== null) throw new Error(`${method} was refused: ${code}`)
    }
  }

  /** State of the record as its last entry says. */
  get state(): unknown {
    return this.stage.entries.at(-1)?.body.s
  }
}
