import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { wholeBuild } from './whole-build.ts'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
/** The server that `npm run dev` talks to. */
const server = process.env['MINGZHENG_SERVER'] ?? 'http://127.0.0.1:8420'

/** Each build has a folder of its own, so that two at a time do not mix. */
const staged = file(`../../node_modules/.cache/mingzheng-web-${process.pid}`)

export default defineConfig({
  root: file('.'),
  plugins: [react(), wholeBuild(staged, file('dist'))],
  server: {
    host: '127.0.0.1',
    port: 8421,
    proxy: Object.fromEntries(['/api', '/docs', '/log', '/verifier.html'].map((path) => [path, { target: server }])),
  },
  build: {
    outDir: staged,
    emptyOutDir: true,
    target: 'es2023',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    // Small pictures and fonts stay files: `data:` addresses are kept for what a person pastes.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: file('index.html'), verify: file('verify.html') } },
  },
  worker: { format: 'es' },
})
