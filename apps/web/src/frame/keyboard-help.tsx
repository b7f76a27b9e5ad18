/** Every key of the workbench on one sheet; `?` opens it. */
import { Modal } from 'antd'
import { designWords } from '../design/words.ts'
import { useWords } from '../i18n/words.ts'
import { frameWords } from './words.ts'

type Word = keyof (typeof frameWords)['zh']

const SHEET: readonly { title: Word; keys: readonly (readonly [keys: readonly string[], word: Word])[] }[] = [
  {
    title: 'keysAnywhere',
    keys: [
      [['/'], 'keySearch'],
      [['Ctrl', 'K'], 'keySearch'],
      [['?'], 'keyHelp'],
      [['Esc'], 'keyClose'],
    ],
  },
  {
    title: 'keysList',
    keys: [
      [['j'], 'keyNext'],
      [['k'], 'keyPrevious'],
      [['Enter'], 'keyOpen'],
      [['x'], 'keySelect'],
    ],
  },
  {
    title: 'keysPicture',
    keys: [
      [['+'], 'keyLarger'],
      [['-'], 'keySmaller'],
      [['0'], 'keyFit'],
    ],
  },
  { title: 'keysCapture', keys: [[['Ctrl', 'Enter'], 'keyStart']] },
]

export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const t = useWords(frameWords)
  const d = useWords(designWords)
  return (
    <Modal
      open
      title={t('keysTitle')}
      onCancel={onClose}
      onOk={onClose}
      okText={d('close')}
      cancelButtonProps={{ hidden: true }}
    >
      <div className="keys-sheet">
        {SHEET.map(({ title, keys }) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl>
              {keys.map(([names, word]) => (
                <div key={names.join()}>
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{t(word)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
