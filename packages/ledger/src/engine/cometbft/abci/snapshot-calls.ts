/** The four calls of state sync, in terms of the application's snapshots. */
import type { SnapshotPort } from '../../engine.ts'
import type { AbciRequest, AbciResponse } from './abci-server.ts'

type SnapshotRequest = Extract<
  AbciRequest,
  { case: 'listSnapshots' | 'offerSnapshot' | 'loadSnapshotChunk' | 'applySnapshotChunk' }
>

// ResponseOfferSnapshot.Result and ResponseApplySnapshotChunk.Result of ABCI 2.0.
const OFFER = { accept: 1, reject: 3, 'reject-format': 4 } as const
const APPLY = { accept: 1, abort: 2, retry: 3, reject: 5 } as const

/** A snapshot can be taken over once so many blocks follow it: they name what was agreed at its height, and who votes next. */
const BLOCKS_AFTER = 2

/**
 * @param height of the last block here.
 * @param taken is called after each chunk that was taken.
 */
export async function answerSnapshots(
  port: SnapshotPort | undefined,
  request: SnapshotRequest,
  height: number,
  taken: () => void,
): Promise<AbciResponse> {
  switch (request.case) {
    case 'listSnapshots': {
      const snapshots = ((await port?.list()) ?? []).filter((one) => one.height + BLOCKS_AFTER <= height)
      return {
        case: 'listSnapshots',
        value: { snapshots: snapshots.map((one) => ({ ...one, height: BigInt(one.height) })) },
      }
    }
    case 'offerSnapshot': {
      const { snapshot, appHash } = request.value
      if (port === undefined || snapshot === undefined) {
        return { case: 'offerSnapshot', value: { result: OFFER.reject } }
      }
      const { format, chunks, hash, metadata } = snapshot
      const offered = { height: Number(snapshot.height), format, chunks, hash, metadata }
      return { case: 'offerSnapshot', value: { result: OFFER[await port.offer(offered, appHash)] } }
    }
    case 'loadSnapshotChunk': {
      const { height, format, chunk } = request.value
      const bytes = (await port?.load(Number(height), format, chunk)) ?? new Uint8Array()
      return { case: 'loadSnapshotChunk', value: { chunk: bytes } }
    }
    case 'applySnapshotChunk': {
      const { index, chunk, sender } = request.value
      if (port === undefined) return { case: 'applySnapshotChunk', value: { result: APPLY.abort } }
      const answer = await port.apply(index, chunk)
      if (answer === 'accept') taken()
      const retry = answer === 'retry' ? { refetchChunks: [index], rejectSenders: [sender] } : {}
      return { case: 'applySnapshotChunk', value: { result: APPLY[answer], ...retry } }
    }
  }
}
