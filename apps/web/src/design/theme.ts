/** antd's theme, made from the tokens. */
import { type ThemeConfig, theme } from 'antd'
import { type Appearance, colours, fonts, sizes } from './tokens.ts'

export function antdTheme(appearance: Appearance): ThemeConfig {
  const c = colours[appearance]
  return {
    algorithm: appearance === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: c.accent,
      colorInfo: c.running,
      colorError: c.must,
      colorWarning: c.watch,
      colorSuccess: c.proven,
      colorErrorBg: c.mustSoft,
      colorErrorBorder: c.mustSoft,
      colorWarningBg: c.watchSoft,
      colorWarningBorder: c.watchSoft,
      colorSuccessBg: c.provenSoft,
      colorSuccessBorder: c.provenSoft,
      colorInfoBg: c.runningSoft,
      colorInfoBorder: c.runningSoft,
      colorLink: c.accentText,
      colorLinkHover: c.accentText,
      colorText: c.text,
      colorTextSecondary: c.textSecond,
      colorTextTertiary: c.textThird,
      colorTextDescription: c.textThird,
      colorTextPlaceholder: c.textThird,
      colorBgLayout: c.ground,
      colorBgContainer: c.surface,
      colorBgElevated: c.raised,
      colorBorder: c.lineStrong,
      colorBorderSecondary: c.line,
      colorSplit: c.line,
      fontFamily: fonts.text,
      fontFamilyCode: fonts.code,
      fontSize: sizes.text,
      borderRadius: sizes.radius,
      controlHeight: 34,
      boxShadowSecondary: c.shadow,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
      Modal: { titleFontSize: 16 },
      Form: { itemMarginBottom: 18, verticalLabelPadding: '0 0 4px' },
      Tooltip: { fontSize: 12 },
    },
  }
}
