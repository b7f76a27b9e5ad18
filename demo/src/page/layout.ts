import { CATEGORIES } from '../catalogue/listing.ts'
import { type Html, html } from './html.ts'

/** A whole page: the marketplace's head, what is given, its foot. */
export function layout(title: string, content: Html, query = ''): string {
  const page = html`<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · 江南集市</title>
<link rel="icon" href="/assets/roof.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/market.css">
<script src="/assets/market.js" defer></script>
</head>
<body>
<div class="strip"><div class="wrap">你好，欢迎来到江南集市<span>我的订单</span><span>购物车</span><span>商家入驻</span></div></div>
<header class="wrap head">
<a class="brand" href="/"><img src="/assets/roof.svg" alt="" width="46" height="46"><b>江南集市</b><small>水边的好东西</small></a>
<form class="search" action="/search"><input name="q" value="${query}" placeholder="龙井、丝巾、湖笔……" aria-label="搜索商品"><button>搜索</button></form>
</header>
<nav class="nav"><div class="wrap"><a href="/">首页</a>${CATEGORIES.map((name) => html`<a href="/search?q=${name}">${name}</a>`)}</div></nav>
<main class="wrap">${content}</main>
<footer><div class="wrap">
<p>江南集市 · 平台经营者：江南集市网络科技有限公司（演示） · <a href="/platform/licence">营业执照</a> · <a href="/sitemap.xml">网站地图</a></p>
<p class="note">本站是明证的演示商城。店铺、商品、人物、号码均为虚构，不出售任何商品。</p>
</div></footer>
</body>
</html>
`
  return `<!doctype html>\n${page.text}`
}
