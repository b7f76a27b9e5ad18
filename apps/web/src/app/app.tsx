/** Providers around the router: data, antd in the moment's language and appearance. */
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App as AntdApp, ConfigProvider } from 'antd'
import enGB from 'antd/locale/en_GB'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/en-gb'
import 'dayjs/locale/zh-cn'
import { StrictMode, useEffect, useMemo } from 'react'
import { createQueries } from '../data/api.ts'
import { useAppearance } from '../design/appearance.ts'
import { antdTheme } from '../design/theme.ts'
import { useLanguage } from '../i18n/language.ts'
import { createAppRouter } from './router.tsx'

const queries = createQueries()
const router = createAppRouter(queries)

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

export function App() {
  const appearance = useAppearance()
  const language = useLanguage()
  const theme = useMemo(() => antdTheme(appearance), [appearance])
  // Names of months and weekdays in calendars come from dayjs.
  useEffect(() => void dayjs.locale(language === 'zh' ? 'zh-cn' : 'en-gb'), [language])
  return (
    <StrictMode>
      <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enGB} button={{ autoInsertSpace: false }}>
        <AntdApp>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </AntdApp>
      </ConfigProvider>
    </StrictMode>
  )
}
