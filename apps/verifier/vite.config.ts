/** Builds the standalone verifier: one HTML file with everything in it, and a policy for the browser that lets it call nobody. */
import { createHash } from 'node:crypto'
import { defineConfig, type Plugin } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'

/**
 * Adds a Content-Security-Policy by digests of what stands in the file: no network, no other script. The slot for the
 * trust policy is data, which it does not touch.
 */
function contentSecurity(): Plugin {
  const digests = (html: string, tag: 'script' | 'style') =>
    [...html.matchAll(new RegExp(`<${tag}(?![^>]*application/json)[^>]*>([\\s\\S]*?)</${tag}>`, 'g'))]
      .map(
        ([, text]) =>
          `'sha256-${createHash('sha256')
            .update(text ?? '')
            .digest('base64')}'`,
      )
      .join(' ')
  return {
    name: 'content-security',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue
          const html = String(file.source)
          const policy = `default-src 'none'; script-src ${digests(html, 'script')}; style-src ${digests(html, 'style')}; img-src data:; base-uri 'none'; form-action 'none'`
          file.source = html.replace(
            '<meta charset="utf-8" />',
            `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
          )
        }
      },
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [viteSingleFile(), contentSecurity()],
  build: { outDir: 'dist', target: 'es2022', reportCompressedSize: false, license: false },
})
