/** The logos of a brand: how many there are, and in a dialog all of them, with what adds one and takes one off. */
import { addressOf } from '@mingzheng/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { api, ask } from '../data/api.ts'
import { may, useMe } from '../data/me.ts'
import { sendFile } from '../data/send-file.ts'
import { DropPlace } from '../design/drop-place.tsx'
import { FormProblem } from '../design/form-problem.tsx'
import { Icon } from '../design/icon.tsx'
import { useConfirm } from '../design/use-confirm.ts'
import { useWords } from '../i18n/words.ts'
import { registerWords } from './words.ts'

interface Brand {
  readonly brandKey: string
  readonly name: string
}

export function BrandLogos({ brandKey, name }: Brand) {
  const t = useWords(registerWords)
  const [open, setOpen] = useState(false)
  const all = useQuery(ask('brandLogos.list', { query: {} }))
  const own = all.data?.logos.filter((logo) => logo.brandKey === brandKey) ?? []
  const count = own.length === 0 ? t('logosNone') : t('logosCount', { count: own.length })
  return (
    <>
      <Button size="small" aria-label={t('logosOf', { name })} onClick={() => setOpen(true)}>
        <Icon name="picture" size={13} /> {count}
      </Button>
      {open && <LogosDialog brandKey={brandKey} name={name} onClose={() => setOpen(false)} />}
    </>
  )
}

function LogosDialog({ brandKey, name, onClose }: Brand & { onClose(): void }) {
  const t = useWords(registerWords)
  const me = useMe()
  const confirm = useConfirm()
  const queries = useQueryClient()
  const asked = useQuery(ask('brandLogos.list', { query: { brand: brandKey } }))
  const renew = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['brandLogos.list'] }),
      queries.invalidateQueries({ queryKey: ['registers.list'] }),
    ])
  const add = useMutation({
    mutationFn: (file: File) => sendFile('brandLogos.add', { query: { brand: brandKey } }, file),
    onSuccess: renew,
  })
  const end = (id: string) => api.call('brandLogos.end', { params: { id } }).then(renew)
  const logos = asked.data?.logos ?? []
  const mayChange = may(me, 'monitoring.settings')
  return (
    <Modal open title={t('logosOf', { name })} footer={null} onCancel={onClose}>
      <p className="second">{t('logosText')}</p>
      {logos.length > 0 && (
        <ul className="logos">
          {logos.map(({ id, by }) => (
            <li key={id}>
              <img src={addressOf('brandLogos.picture', { params: { id } })} alt={t('logoOf', { name })} />
              <span className="small quiet ellipsis">{by}</span>
              {mayChange && (
                <Button
                  size="small"
                  onClick={() =>
                    confirm({ title: t('logoEnd'), text: t('logoEndText'), act: t('logoEndAct'), onAct: () => end(id) })
                  }
                >
                  {t('logoEndAct')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayChange && (
        <DropPlace
          accept="image/png,image/jpeg"
          isBusy={add.isPending}
          name={t('logoAdd')}
          hint={t('logoHint')}
          onFile={(file) => add.mutate(file)}
        />
      )}
      <FormProblem error={add.error} />
    </Modal>
  )
}
