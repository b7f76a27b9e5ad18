/** Follows the whole audit log and holds it against the ledger; says plainly what came of it. */
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Modal } from 'antd'
import { useState } from 'react'
import { ask } from '../data/api.ts'
import { BonesList } from '../design/bones.tsx'
import { Facts, fact } from '../design/card.tsx'
import { Digest } from '../design/digest.tsx'
import { Icon } from '../design/icon.tsx'
import { ProblemView } from '../design/problem-view.tsx'
import { TimeText } from '../design/time-text.tsx'
import { designWords } from '../design/words.ts'
import { useWords } from '../i18n/words.ts'
import { auditWords } from './words.ts'

export function CheckButton() {
  const t = useWords(auditWords)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<Icon name="verify" />} onClick={() => setOpen(true)}>
        {t('check')}
      </Button>
      {open && <CheckDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function CheckDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(auditWords)
  const d = useWords(designWords)
  // Asked anew each time: what was whole a minute ago proves nothing about now.
  const check = useQuery({ ...ask('audit.check'), gcTime: 0, staleTime: 0, refetchOnWindowFocus: false })
  const { data } = check
  return (
    <Modal
      open
      title={t('check')}
      onCancel={onClose}
      onOk={onClose}
      okText={d('close')}
      cancelButtonProps={{ hidden: true }}
    >
      {check.isError ? (
        <ProblemView error={check.error} onRetry={() => void check.refetch()} />
      ) : data === undefined || check.isFetching ? (
        <BonesList rows={3} />
      ) : data.kind === 'whole' ? (
        <>
          <Alert
            type="success"
            showIcon
            title={t('checkWhole', { events: data.events, sealed: data.sealed })}
            description={data.sealed < data.events && t('checkWaiting', { count: data.events - data.sealed })}
            style={{ marginBottom: 16 }}
          />
          <Facts
            of={[fact(t('checkHead'), <Digest value={data.head} />), fact(t('at'), <TimeText time={data.at} />)]}
          />
        </>
      ) : (
        <Alert
          type="error"
          showIcon
          title={t(`broken-${data.why}`)}
          description={
            <>
              {t('brokenRemedy')} <span className="code">{data.event}</span>
            </>
          }
        />
      )}
    </Modal>
  )
}
