/**
 * Opens a node's ledger: member, engine, gateway, witness and log in one folder, opened and closed together. The embedded
 * engine makes it a ledger of one process; with another engine it is one of several members.
 */
import { join } from 'node:path'
import { setImmediate as breathe } from 'node:timers/promises'
import { equalBytes, systemClock } from '@mingzheng/kernel'
import { actorOf, profileKeys, type TrustPolicy } from '@mingzheng/proof'
import { checkpointSigners } from './checkpoint-signers.ts'
import { ContractRuntime } from './contract/runtime.ts'
import { EmbeddedEngine } from './engine/embedded.ts'
import type { Engine } from './engine/engine.ts'
import { ledgerFailure } from './failure-codes.ts'
import { Gateway } from './gateway/gateway.ts'
import { type PolicyTerm, policyTerms } from './governance/terms.ts'
import type { MemberLedger } from './ledger-client.ts'
import type { LedgerKeys, LedgerOptions } from './ledger-options.ts'
import { LedgerTime } from './ledger-time.ts'
import { CheckpointFiles } from './log/checkpoint-files.ts'
import { PolicyChainFile } from './log/policy-chain-file.ts'
import { Member } from './member.ts'
import type { Beginning } from './member-options.ts'
import { OpenedLedger } from './opened-ledger.ts'
import { StallBoard } from './stall-board.ts'
import { lockFolder } from './storage/folder-lock.ts'
import { openDiskFiles, storageStall } from './storage/ledger-files.ts'
import { TransactionReader } from './transaction-reader.ts'
import { Witness, type WitnessOptions } from './witness.ts'

const CLOCK_WATCH_MS = 5000

/**
 * Opens a ledger, recovers what a crash left, and starts it. Throws `ledger-in-use`, `ledger-other-genesis`,
 * `ledger-key-mismatch`, `journal-corrupt`, `log-corrupt`, `log-behind-checkpoint`, `log-forked`, `storage-*`.
 */
export async function openLedger(options: LedgerOptions): Promise<MemberLedger> {
  const { folder, origin, policy, keys, clock, tuning = {} } = options
  const retryMs = tuning.retryMs ?? 500
  if (policy.origin !== origin) throw ledgerFailure('ledger-key-mismatch', `the trust policy is of ${policy.origin}`)
  // Whoever joins a consortium later is in none but its newest policy.
  if (options.founding === undefined) checkpointSigners(policy, keys, clock)
  const lock = lockFolder(folder)
  const undo: (() => Promise<void> | void)[] = [() => lock.release()]
  const disk = options.files === undefined ? openDiskFiles() : null
  if (disk !== null) undo.unshift(() => disk.close())
  const files = options.files ?? disk!
  try {
    const stalls = new StallBoard()
    const runtime = new ContractRuntime(options.contracts, options.authorise, options.founding?.contracts)
    const reader = new TransactionReader()
    const elapsed = options.elapsed ?? (clock === systemClock ? () => performance.now() : undefined)
    const time = new LedgerTime({ clock, elapsed, holdMs: tuning.clockHoldMs })
    const embedded =
      options.engine === undefined ? new EmbeddedEngine({ files, folder: join(folder, 'engine'), retryMs }) : null
    const engine = options.engine ?? embedded!
    let gateway: Gateway | null = null
    let witness: Witness | null = null
    const member = await Member.open({
      files,
      folder,
      beginning: beginningOf(options),
      runtime,
      reader,
      time,
      committed: (block, outcomes) => gateway?.committed(block, outcomes),
      settled: (height) => {
        gateway?.settled(height)
        embedded?.forget(height + 1)
      },
      grown: (heads) => {
        for (const { policy: next, index } of policyTerms(member.state, terms.length)) {
          terms.push({ policy: next, index })
          if (index > 0) witness?.adopt(next, index)
          if (index > 0) options.onPolicy?.(next)
        }
        witness?.offer(heads)
      },
      stalled: (reason) => stalls.set('member', reason),
      retryMs,
      idleMs: tuning.idleMs ?? 1000,
      // Nobody joins an embedded ledger.
      snapshotBlocks: options.founding === undefined ? undefined : (tuning.snapshotBlocks ?? 256),
      taking: options.joining?.taking,
    })
    // What the ledger itself says counts more than what it was opened with.
    const terms = policyTerms(member.state)
    const checkpoints = new CheckpointFiles({ files, folder: join(folder, 'log'), log: member.log, retryMs })
    const chain = new PolicyChainFile(files, join(folder, 'log'), member.log)
    // The last settlement lets the engine and the gateway forget: their journals end after it.
    undo.unshift(() => engine.stop())
    undo.unshift(() => gateway?.close())
    undo.unshift(() => member.close())
    undo.unshift(() => engine.stop())
    await engine.start(member)
    if (options.joining !== undefined) {
      await untilNamed(() => terms.at(-1)?.policy ?? null, keys, engine)
      if (options.joining.policyChain !== null) await chain.begin(options.joining.policyChain)
    }
    const inForce = terms.at(-1)?.policy ?? policy
    const signers = checkpointSigners(inForce, keys, clock)
    checkpoints.requireConsistent(inForce)
    undo.unshift(() => checkpoints.close())
    witness = new Witness({
      policy: inForce,
      ...historyOf(terms, options),
      signers,
      log: member.log,
      files,
      folder: join(folder, 'witness'),
      peers: options.peers ?? [],
      ...(options.outside === undefined ? {} : { outside: options.outside }),
      mayNotSign: () => time.unusable(member.lastTime),
      witnessed: (checkpoint) => {
        checkpoints.publish(checkpoint)
        gateway?.witnessed(checkpoint.size)
      },
      equivocation: (found) => options.onEquivocation?.(found),
      linked: (link) => {
        void chain.add(link).then(
          () => stalls.set('policy-chain', null),
          (error) => stalls.set('policy-chain', storageStall(error)),
        )
        options.onPolicyLink?.(link)
      },
      isLinked: (one) => chain.has(one),
      stalled: (reason) => stalls.set('witness', reason),
      retryMs,
    })
    const signing = witness
    undo.unshift(() => signing.close())
    const opened = Gateway.open({
      files,
      folder: join(folder, 'gateway'),
      chain: origin,
      signer: keys.gateway,
      runtime,
      reader,
      member,
      engine,
      stalls,
      witnessedSize: () => checkpoints.newest?.size ?? 0,
      gatherMs: tuning.gatherMs ?? 100,
      batchItems: tuning.batchItems ?? 1024,
      mostHeld: tuning.mostHeld ?? 200_000,
      retryMs,
      resendMs: 5000,
    })
    gateway = opened.gateway
    undo.unshift(() => opened.gateway.close())
    // An idle ledger watches its clock as well: the longer between two looks, the less can be told of it.
    const watch = setInterval(() => stalls.set('clock', time.unusable(member.lastTime)), CLOCK_WATCH_MS)
    watch.unref()
    undo.unshift(() => clearInterval(watch))
    witness.offer(member.heads)
    await witness.start()
    opened.start()
    void member.log.mend(breathe).catch((error) => stalls.set('log', storageStall(error)))
    return new OpenedLedger({
      policy: () => terms.at(-1)?.policy ?? policy,
      member,
      engine,
      gateway,
      witness,
      checkpoints,
      chain,
      stalls,
      time,
      closing: undo,
    })
  } catch (error) {
    for (const step of undo) await step()
    throw error
  }
}

/** Until the policy in force names this member's keys. Throws `engine-start` when the engine has halted before that. */
async function untilNamed(inForce: () => TrustPolicy | null, keys: LedgerKeys, engine: Engine): Promise<void> {
  const own = keys.member.publicKey.bytes
  const isNamed = (policy: TrustPolicy) =>
    profileKeys(policy, 'sha256').members.some(({ key }) => equalBytes(key.publicKey.bytes, own))
  for (;;) {
    const policy = inForce()
    if (policy !== null && isNamed(policy)) return
    const stalled = engine.stalled()
    if (stalled?.code === 'halted') throw ledgerFailure('engine-start', stalled.detail)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Policies before the one in force, for lines that were made under them. */
function historyOf(terms: readonly PolicyTerm[], { history }: LedgerOptions): Pick<WitnessOptions, 'history'> {
  if (terms.length < 2) return history === undefined ? {} : { history }
  const since = terms.map(({ policy, index }) => ({ policy, since: index === 0 ? 0 : index + 1 }))
  return { history: { former: since.slice(0, -1), since: since.at(-1)!.since } }
}

/** A log belongs to who began it: the one operator's log key, or all who agreed on the genesis document. */
function beginningOf({ origin, policy, keys, previousCheckpoint: previous, founding }: LedgerOptions): Beginning {
  const actor = founding === undefined ? actorOf(keys.log.publicKey) : founding.digest.slice(0, 16)
  return { origin, policy, actor, previous, founding }
}
