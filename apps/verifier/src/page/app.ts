/** The page as a whole: policies, dropped files, the verification that runs, its report. */
import {
  blobSource,
  decodePolicyChain,
  parsePolicy,
  type Report,
  type TrustPolicy,
  verifyPackage,
} from '@mingzheng/proof'
import { el, ICONS } from './dom.ts'
import { policyView } from './policy-view.ts'
import { resultView } from './result-view.ts'
import { type Language, speak } from './words.ts'

export interface PageOptions {
  /** Policies that the page was made with. */
  policies: TrustPolicy[]
  language: Language
  now: () => number
}

type State =
  | { kind: 'waiting'; message: string }
  | { kind: 'running'; file: File; stop: AbortController; share: number }
  | { kind: 'done'; file: File; report: Report }

export function startPage(root: HTMLElement, options: PageOptions): void {
  const policies = [...options.policies]
  let language = options.language
  let state: State = { kind: 'waiting', message: '' }

  const show = (next: State) => {
    state = next
    draw()
  }

  const take = async (files: File[]) => {
    if (state.kind === 'running' || files.length === 0) return
    const speech = speak(language)
    let message = ''
    const renewals: { name: string; bytes: Uint8Array }[] = []
    let chosen: File | undefined
    for (const file of files) {
      if (/\.json$/i.test(file.name)) {
        const bytes = new Uint8Array(await file.arrayBuffer())
        if (isPolicyChain(bytes)) renewals.push({ name: file.name, bytes })
        else {
          try {
            policies.push(parsePolicy(bytes))
          } catch {
            message = speech.say('badPolicy') + file.name
          }
        }
      } else if (/\.(renewal|tsr)$/i.test(file.name)) {
        renewals.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
      } else chosen = file
    }
    if (chosen === undefined) return show({ kind: 'waiting', message })
    await verify(chosen, renewals)
  }

  const verify = async (file: File, renewals: { name: string; bytes: Uint8Array }[]) => {
    const stop = new AbortController()
    const running = { kind: 'running' as const, file, stop, share: 0 }
    show(running)
    const meter = root.querySelector('progress')
    try {
      const report = await verifyPackage(blobSource(file), {
        policies,
        renewals,
        now: options.now(),
        signal: stop.signal,
        onProgress: (read, total) => {
          if (meter !== null) meter.value = total === 0 ? 1 : read / total
        },
      })
      show({ kind: 'done', file, report })
    } catch {
      show({ kind: 'waiting', message: speak(language).say(stop.signal.aborted ? 'stopped' : 'unreadable') })
    }
  }

  const draw = () => {
    const speech = speak(language)
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.title = speech.say('title')
    const other = language === 'zh' ? 'en' : 'zh'
    const swap = () => {
      language = other
      draw()
    }
    const header = el(
      'header',
      {},
      el('div', { class: 'brand' }, ICONS.policy(), el('strong', {}, speech.say('title'))),
      el('span', { class: 'quiet' }, speech.say('offline')),
      el('button', { class: 'plain', lang: other, onclick: swap }, other === 'zh' ? '中文' : 'English'),
    )
    root.replaceChildren(header, policyView(policies, speech), body(speech))
  }

  const body = (speech: ReturnType<typeof speak>) => {
    if (state.kind === 'done') {
      const { report, file } = state
      return resultView(report, file.name, speech, { another: () => show({ kind: 'waiting', message: '' }) })
    }
    if (state.kind === 'running') {
      const { file, stop } = state
      return el(
        'main',
        { class: 'drop running' },
        el('p', {}, `${speech.say('reading')} ${file.name}`),
        el('progress', { max: '1', value: '0' }),
        el('button', { onclick: () => stop.abort() }, speech.say('cancel')),
      )
    }
    const input = el('input', {
      type: 'file',
      multiple: true,
      id: 'file',
      onchange: () => void take([...(input.files ?? [])]),
    })
    return el(
      'main',
      { class: 'drop' },
      ICONS.package(),
      el('h1', {}, speech.say('drop')),
      el('p', { class: 'quiet' }, speech.say('dropMore')),
      input,
      el('label', { class: 'primary', for: 'file' }, speech.say('choose')),
      state.message !== '' && el('p', { class: 'message', role: 'alert' }, state.message),
    )
  }

  document.addEventListener('dragover', (event) => {
    event.preventDefault()
    root.classList.add('over')
  })
  document.addEventListener('dragleave', () => root.classList.remove('over'))
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    root.classList.remove('over')
    void take([...(event.dataTransfer?.files ?? [])])
  })
  draw()
}

/** How one policy led to another is no policy; it is told by what it says, not by its name. */
function isPolicyChain(bytes: Uint8Array): boolean {
  try {
    return decodePolicyChain(bytes).length > 0
  } catch {
    return false
  }
}
