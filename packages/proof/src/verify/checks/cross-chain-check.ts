/** What another ledger says of the package's entry: that it stands below a checkpoint which that ledger recorded. */
import { type Bytes, Failure, isRefusal } from '@mingzheng/kernel'
import { type CrossChainCode, type CrossChainFile, decodeCrossChain, verifyCrossChain } from '../../cross-chain.ts'
import type { Case } from '../case.ts'
import { failed, notChecked, type Outcome, passed, sayTime } from '../outcome.ts'
import type { Bilingual } from '../report.ts'

export const CROSS_CHAIN_WHERE = 'proof/cross-chain.json'

const REASON: Record<CrossChainCode, Bilingual> = {
  'cross-chain-other': {
    zh: '另一账本所登记的不是本证据所在账本的检查点',
    en: 'what the other ledger recorded is no checkpoint of this package’s ledger',
  },
  'cross-chain-not-included': {
    zh: '本证据的记录不在另一账本所登记的检查点之下',
    en: 'the package’s entry is not below the checkpoint that the other ledger recorded',
  },
  'cross-chain-unsigned': {
    zh: '另一账本的信任策略不认可这项登记',
    en: 'the other ledger’s trust policy does not believe the record',
  },
  'policy-not-pinned': {
    zh: '您没有固定另一账本的信任策略',
    en: 'you have pinned no trust policy of the other ledger',
  },
}

/** Judges every proof; the first that fails is told. */
export function checkCrossChain(
  files: readonly { readonly name: string; readonly bytes: Bytes }[],
  found: Case,
): Outcome {
  const entry = found.contents.kept.get('proof/entry.cbor')
  const { index, origin } = found.receipts.sha256 ?? { index: null, origin: null }
  if (entry === undefined || index === null || origin === null) {
    return notChecked('blocked', '账本收录尚未核对，无从比对', 'there is no inclusion in a ledger to compare with')
  }
  const said: Bilingual[] = []
  const detail = []
  for (const { name, bytes } of files) {
    const file = read(name, bytes)
    if ('status' in file) return file
    const proof = verifyCrossChain({ entry, origin, index }, file, found.pinned, found.chains)
    if (isRefusal(proof)) {
      const { zh, en } = REASON[proof.code]
      const made = proof.code === 'policy-not-pinned' ? notChecked : failed
      return made(proof.code, `${zh}：${proof.detail}`, `${en}: ${proof.detail}`, { where: name })
    }
    const { policy, size, time } = proof
    const at = sayTime(time)
    const [zh, en] = [
      proof.signers.map(({ member }) => member.name.zh),
      proof.signers.map(({ member }) => member.name.en),
    ]
    said.push({
      zh: `本证据所在检查点（${size} 条）由“${policy.name.zh}”于 ${at.zh} 登记为第 ${proof.index} 条，由 ${zh.join('、')} 见证`,
      en: `the checkpoint of ${size} entries above it is recorded on "${policy.name.en}" as entry ${proof.index} at ${at.en}, witnessed by ${en.join(', ')}`,
    })
    detail.push({ origin: proof.origin, index: proof.index, size, time: new Date(time).toISOString() })
  }
  return passed(said.map(({ zh }) => zh).join('；'), said.map(({ en }) => en).join('; '), {
    detail: { recorded: detail },
  })
}

function read(name: string, bytes: Bytes): CrossChainFile | Outcome {
  try {
    return decodeCrossChain(bytes)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return failed(error.code, `${name} 不是跨链证明`, `${name} is no cross-chain proof: ${error.message}`, {
      where: name,
    })
  }
}
