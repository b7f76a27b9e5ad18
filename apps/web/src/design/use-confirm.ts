/** Asks before what cannot be undone, does it, and says so when it was refused. */
import { App } from 'antd'
import { useWords } from '../i18n/words.ts'
import { useProblemText } from './problem-view.tsx'
import { designWords } from './words.ts'

interface Question {
  title: string
  text: string
  /** What the button says. */
  act: string
  /** What the other button says; "cancel" when not given. */
  leave?: string
  onAct: () => Promise<unknown>
}

export function useConfirm(): (question: Question) => void {
  const t = useWords(designWords)
  const textOf = useProblemText()
  const { modal, message } = App.useApp()
  return ({ title, text, act, leave, onAct }) =>
    void modal.confirm({
      title,
      content: text,
      okText: act,
      cancelText: leave ?? t('cancel'),
      okButtonProps: { danger: true },
      onOk: () =>
        onAct().catch((error: unknown) => {
          const said = textOf(error)
          void message.error(said.detail === '' ? said.title : said.detail)
        }),
    })
}
