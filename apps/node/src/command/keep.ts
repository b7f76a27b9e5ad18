/** `consortium backup`, `restore`, `resume`: a member's home, kept, made again, and brought back after a halt. */
import type { Clock } from '@mingzheng/kernel'
import { backUpHome } from '../backup/back-up-home.ts'
import { restoreHome } from '../backup/restore-home.ts'
import { resumeHome } from '../backup/resume-home.ts'
import { say, type Terminal } from './words.ts'

export async function backup(terminal: Terminal, home: string, folder: string, clock: Clock): Promise<void> {
  const { member, height, size, witnessedSize, files } = await backUpHome(home, folder, clock)
  say(terminal, {
    zh: `已备份 ${member}：区块 ${height}，${size} 条记录（其中 ${witnessedSize} 条已见证），${files.length} 个文件，逐条核对无误。其中有密钥，请与密钥同样保管。`,
    en: `${member} is backed up: block ${height}, ${size} entries (${witnessedSize} of them witnessed), ${files.length} files, every entry checked. The keys are in it: keep it like them.`,
  })
}

export async function restore(terminal: Terminal, home: string, folder: string, anew: boolean): Promise<void> {
  const { manifest, height, forbidden, held } = await restoreHome(folder, home, { anew })
  const { member, size } = manifest
  say(
    terminal,
    anew
      ? {
          zh: `已还原 ${member} 的密钥、设置和 ${held} 个托管文件；账本由其他成员补齐。`,
          en: `the keys, settings and ${held} files in custody of ${member} are restored; the ledger comes from the others.`,
        }
      : {
          zh: `已还原 ${member}：${size} 条记录与 ${held} 个托管文件逐一核对无误，两棵树的根、状态摘要与签名检查点一致。`,
          en: `${member} is restored: ${size} entries and ${held} files in custody checked one by one; both roots, the state and the signed checkpoints agree.`,
        },
  )
  say(terminal, {
    zh: `其他成员已到区块 ${height}。为避免重复签名，到区块 ${forbidden} 为止本节点只追赶、不投票。启动：systemctl start mingzheng-node，或 node apps/node/src/main.ts run ${home}`,
    en: `the others are at block ${height}. So that nothing is signed twice, this node follows and does not vote up to block ${forbidden}. Start it: systemctl start mingzheng-node, or node apps/node/src/main.ts run ${home}`,
  })
}

export async function resume(terminal: Terminal, home: string): Promise<void> {
  const { halted, height, aside } = await resumeHome(home)
  say(terminal, {
    zh: `本成员曾于 ${halted.at} 停在区块 ${halted.height}：${halted.reason}。原有账本已移至 ${aside}，查明原因后可删除。`,
    en: `this member had halted at block ${halted.height} on ${halted.at}: ${halted.reason}. What it held is now in ${aside}; delete it when the cause is known.`,
  })
  say(terminal, {
    zh: `启动后，账本从其他成员（已到区块 ${height}）重新取得；签过的不会再签，已受理的随后固证。原因未除，它会再次停下。启动：systemctl start mingzheng-node，或 node apps/node/src/main.ts run ${home}`,
    en: `once started it takes the ledger from the others (at block ${height}); nothing is signed twice, and what was accepted is fixed then. With the cause still there it halts again. Start it: systemctl start mingzheng-node, or node apps/node/src/main.ts run ${home}`,
  })
}
