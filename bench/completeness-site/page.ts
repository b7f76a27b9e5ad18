/** The page of the test site: it does everything that pages do to the network. */

/** Body of `/`, in GBK; `other` is the other origin, `closed` a port where nobody listens. */
export function mainPage(other: string, closed: number): string {
  return `<!doctype html><meta charset="gbk"><title>\u5b8c\u6574\u6027</title>
<link rel="stylesheet" href="/style.css"><link rel="modulepreload" href="/module.js"><link rel="prefetch" href="/prefetch.json">
<link rel="preload" as="fetch" href="/preload.json" crossorigin><link rel="icon" href="/icon.png">
<style>@font-face{font-family:t;src:url(/font.woff2)} .b{background:url(/background.png);font-family:t;height:9px}</style>
<div class="b">t</div><h1>\u5b8c\u6574\u6027\u6d4b\u8bd5</h1>
${Array.from({ length: 40 }, (_, i) => `<p><img loading="lazy" width="300" height="200" src="/picture/${i}.png"></p>`).join('')}
<img src="/small.png" srcset="/small.png 1x, /large.png 2x"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<div id="watched" style="height:50px"></div>
<iframe src="/frame"></iframe><iframe src="${other}/frame"></iframe>
<iframe name="target"></iframe><form id="form" method="post" action="/form" target="target"><input name="\u5b57" value="\u6bb5"></form>
<video preload="auto" muted src="/video.mp4"></video><object data="/drawing.svg" type="image/svg+xml"></object>
<a id="file" href="/file.zip" download>file</a>
<script src="/gbk.js" charset="gbk"></script><script src="/gzip.js"></script><script src="/br.js"></script>
<script type="module" src="/module.js"></script>
<script>
const get = (path, options) => fetch(path, options).then((answer) => answer.text()).catch(() => {})
const form = new FormData()
form.append('\u8bf4\u660e', '\u5546\u54c1')
form.append('file', new Blob([new Uint8Array([1, 2, 3, 255])]), 'picture.bin')
get('/json', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ price: 12.5, tags: ['\u65b0', null] }) })
get('/upload', { method: 'POST', body: form })
get('/blob', { method: 'PUT', body: new Blob([new Uint8Array(5000).map((_, i) => i)]) })
get('/params', { method: 'POST', body: new URLSearchParams({ q: '\u641c\u7d22', page: '2' }) })
get('/buffer', { method: 'POST', body: new Uint8Array([9, 8, 7, 0]).buffer })
get('/again?cached'); setTimeout(() => get('/again?cached'), 600)
fetch('/blobbed.json').then((answer) => answer.blob())
fetch('/blobbed-gzip.json').then((answer) => answer.blob())
get('/redirect/1'); get('/redirect/post', { method: 'POST', body: 'moved' })
get('/part', { headers: { range: 'bytes=100-199' } })
get('/missing'); get('/broken'); get('/empty'); get('/head', { method: 'HEAD' }); get('/gbk.txt'); get('/cut')
get('${other}/cors', { method: 'POST', headers: { 'content-type': 'application/json', 'x-own': '1' }, body: '{"preflight":true}' })
get('http://localhost:${closed}/refused'); get('http://nowhere.test/')
fetch('/streamed').then((answer) => answer.body.getReader().read())
navigator.sendBeacon('/beacon', new Blob(['seen'], { type: 'text/plain' }))
const xhr = new XMLHttpRequest(); xhr.open('GET', '/xhr-blob'); xhr.responseType = 'blob'; xhr.send()
const gbk = new XMLHttpRequest(); gbk.open('GET', '/gbk.txt?xhr'); gbk.overrideMimeType('text/plain; charset=gbk'); gbk.send()
document.getElementById('form').submit()
new EventSource('/events')
const socket = new WebSocket('ws://' + location.host + '/socket')
socket.binaryType = 'arraybuffer'
socket.onmessage = (event) => { if (event.data === '\u4f60\u597d') { socket.send('\u4ef7\u683c'); socket.send(new Uint8Array([1, 0, 255])) } }
const image = new Image(); image.src = URL.createObjectURL(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'], { type: 'image/svg+xml' })); document.body.append(image)
new Worker('/worker.js'); new SharedWorker('/shared.js')
new IntersectionObserver((entries) => { if (entries[0].isIntersecting) get('/watched') }).observe(document.getElementById('watched'))
navigator.serviceWorker.register('/service.js').then(() => navigator.serviceWorker.ready).then(() => setTimeout(() => get('/by-service'), 300))
setTimeout(() => { confirm('\u786e\u8ba4?') }, 300)
setTimeout(() => open('/popup', '_blank'), 500)
setTimeout(() => document.getElementById('file').click(), 900)
</script>`
}

export const WORKER = `importScripts('/imported.js'); fetch('/from-worker').then((answer) => answer.text())`
export const SHARED = `onconnect = () => {}; fetch('/from-shared').then((answer) => answer.text())`
export const SERVICE = `importScripts('/imported-service.js')
oninstall = (event) => { skipWaiting(); event.waitUntil(fetch('/from-service').then((answer) => answer.text())) }
onactivate = (event) => event.waitUntil(clients.claim())
onfetch = (event) => { if (event.request.url.endsWith('/by-service')) event.respondWith(new Response('made by the service worker')) }`
