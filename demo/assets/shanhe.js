// 山河优选: one page. Every request of data is signed with the key that stands in the page.
const app = document.querySelector('#app')
const key = crypto.subtle.importKey(
  'raw',
  new TextEncoder().encode(document.body.dataset.key),
  { name: 'HMAC', hash: 'SHA-256' },
  false,
  ['sign'],
)

async function signed(path) {
  const time = String(Date.now())
  const nonce = crypto.randomUUID()
  const bytes = await crypto.subtle.sign('HMAC', await key, new TextEncoder().encode(`${path}\n${time}\n${nonce}`))
  const sign = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const response = await fetch(path, { headers: { 'x-time': time, 'x-nonce': nonce, 'x-sign': sign } })
  if (!response.ok) throw new Error(String(response.status))
  return response.json()
}

const { version } = await signed('/api/version')
const api = (path) => signed(`/api/${version}/${path}`)

const make = (tag, props = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), props)
  node.append(...children.filter((child) => child !== null))
  return node
}
const yuan = (value) => `¥${Number(value).toFixed(2)}`
const sold = (count) => (count >= 10000 ? `${(count / 10000).toFixed(1)}万` : count)

// After the redesign the interface has other names.
const brief = (raw) =>
  version === 'v1'
    ? raw
    : {
        id: raw.gid,
        title: raw.nm,
        price: raw.pr / 100,
        original: raw.op === null ? null : { price: raw.op / 100, word: '划线价' },
        sold: raw.sd,
        shop: { id: raw.sh.i, name: raw.sh.n },
        category: raw.ct,
      }
const whole = (raw) =>
  version === 'v1'
    ? raw
    : {
        ...raw,
        ...brief(raw),
        description: raw.desc.split('\n'),
        attributes: Object.fromEntries(raw.attrs.map(({ k, v }) => [k, v])),
        images: raw.pics,
        reviews: raw.cmts,
        history: [],
      }

function frame(content) {
  const q = make('input', {
    name: 'q',
    placeholder: '搜索山河好物',
    value: new URLSearchParams(location.search).get('q') ?? '',
  })
  q.setAttribute('aria-label', '搜索')
  const form = make('form', { action: '/search' }, q, make('button', {}, '搜索'))
  const head = make(
    'header',
    {},
    make('a', { className: 'brand', href: '/' }, make('b', {}, '山河优选'), make('small', {}, '山里的，河边的')),
    form,
  )
  const foot = make(
    'footer',
    {},
    make('a', { href: '/licence' }, '营业执照'),
    ' · 本站是明证的演示平台，店铺、商品、人物均为虚构',
  )
  app.replaceChildren(head, content, foot)
}

const card = (each) =>
  make(
    'a',
    { className: 'card', href: `/g/${each.id}` },
    make('img', { src: `/img/${each.id}/0.png`, alt: each.title, loading: 'lazy', width: 220, height: 220 }),
    make('h3', {}, each.title),
    make('p', { className: 'price' }, yuan(each.price)),
    make('p', { className: 'meta' }, `${each.shop.name} · 已售 ${sold(each.sold)}`),
  )

async function list(title, query) {
  const page = Number(new URLSearchParams(location.search).get('page') ?? 1)
  const { goods, total, pages } = await api(`goods?${new URLSearchParams({ ...query, page })}`)
  const link = (to, words) => {
    const search = new URLSearchParams(location.search)
    search.set('page', to)
    return to < 1 || to > pages ? make('span', {}, words) : make('a', { href: `${location.pathname}?${search}` }, words)
  }
  return make(
    'main',
    {},
    title === '' ? null : make('h2', {}, title, make('small', {}, ` 共 ${total} 件`)),
    make('section', { className: 'grid' }, ...goods.map((raw) => card(brief(raw)))),
    make(
      'nav',
      { className: 'pages' },
      link(page - 1, '上一页'),
      make('b', {}, `${page} / ${pages}`),
      link(page + 1, '下一页'),
    ),
  )
}

async function item(id) {
  const each = whole(await api(`goods/${id}`))
  document.title = `${each.title} - 山河优选`
  const large = make('img', { className: 'large', src: each.images[0], alt: each.title, width: 460, height: 460 })
  const small = each.images.map((src) =>
    make('img', { src, alt: '', width: 72, height: 72, onclick: () => (large.src = src) }),
  )
  const facts = Object.entries(each.attributes).map(([name, value]) =>
    make('tr', {}, make('th', {}, name), make('td', {}, String(value))),
  )
  const buyers = each.reviews.map((review) =>
    make(
      'li',
      {},
      make('span', { className: 'stars' }, '★'.repeat(review.rating)),
      ` ${review.user} · ${review.time.slice(0, 10)}`,
      make('p', {}, review.text),
    ),
  )
  const till =
    each.till.total === each.price
      ? null
      : make(
          'p',
          { className: 'till' },
          `结算 ${yuan(each.till.total)}${each.till.note === null ? '' : `（${each.till.note}）`}`,
        )
  return make(
    'main',
    {},
    make(
      'section',
      { className: 'item' },
      make('div', { className: 'views' }, large, make('div', { className: 'small' }, ...small)),
      make(
        'div',
        { className: 'buy' },
        make('h1', {}, each.title),
        make(
          'p',
          { className: 'pricebox' },
          make('b', { className: 'price' }, yuan(each.price)),
          each.original === null ? null : make('s', {}, `${each.original.word} ${yuan(each.original.price)}`),
        ),
        each.coupon === null ? null : make('p', { className: 'coupon' }, `领券减 ${each.coupon} 元`),
        till,
        make('p', { className: 'meta' }, `已售 ${sold(each.sold)} · ${each.category}`),
        make('a', { className: 'shop', href: `/s/${each.shop.id}` }, each.shop.name),
        make('button', { type: 'button' }, '立即抢购'),
      ),
    ),
    make(
      'section',
      { className: 'words' },
      make('h2', {}, '图文详情'),
      ...each.description.map((line) => make('p', {}, line)),
      ...each.images.map((src) => make('img', { src, alt: '', loading: 'lazy', width: 460 })),
    ),
    make('section', { className: 'words' }, make('h2', {}, '规格参数'), make('table', {}, ...facts)),
    make('section', { className: 'words' }, make('h2', {}, `评价 ${each.reviews.length}`), make('ol', {}, ...buyers)),
  )
}

const table = (rows) =>
  make('table', {}, ...rows.map(({ name, value }) => make('tr', {}, make('th', {}, name), make('td', {}, value))))

async function shop(id) {
  const each = await api(`shops/${id}`)
  document.title = `${each.name} - 山河优选`
  const goods = await list('', { shop: id })
  const licence =
    each.licence === null ? null : make('details', {}, make('summary', {}, '营业执照公示'), table(each.licence))
  goods.prepend(
    make(
      'section',
      { className: 'shophead' },
      make('h1', {}, each.name),
      make('p', {}, `评分 ${each.rating} · ${sold(each.followers)} 人关注 · 开店于 ${each.opened}`),
      licence,
    ),
  )
  return goods
}

async function platformLicence() {
  const { rows } = await api('licence')
  return make(
    'main',
    {},
    make(
      'section',
      { className: 'words' },
      make('h2', {}, '营业执照'),
      table(rows.map(([name, value]) => ({ name, value }))),
    ),
  )
}

const [, first, second] = location.pathname.split('/')
const screens = {
  '': () => list('今日上新', {}),
  search: () =>
    list(`“${new URLSearchParams(location.search).get('q') ?? ''}”`, {
      q: new URLSearchParams(location.search).get('q') ?? '',
    }),
  g: () => item(second),
  s: () => shop(second),
  licence: platformLicence,
}
try {
  frame(await (screens[first] ?? screens.missing)())
} catch {
  frame(make('main', {}, make('p', { className: 'empty' }, '这里什么也没有，去首页看看。')))
}
