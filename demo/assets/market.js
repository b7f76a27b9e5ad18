// The shop front's script: prices, lazy pictures, reviews. Plain browser JavaScript.
const yuan = (fen) => `¥ ${(fen / 100).toFixed(2)}`

async function fillPrices() {
  const marks = [...document.querySelectorAll('[data-price]')]
  const ids = [...new Set(marks.map((mark) => mark.dataset.price))]
  if (ids.length === 0) return
  const response = await fetch(`/api/prices?ids=${ids.join(',')}`)
  for (const { id, price, was } of await response.json()) {
    for (const mark of marks.filter((each) => each.dataset.price === id)) mark.textContent = yuan(price)
    const old = document.querySelector(`[data-was="${id}"]`)
    if (old === null || was === null) continue
    old.textContent = `原价 ${yuan(was)}`
    document.querySelector(`[data-off="${id}"]`).textContent = `直降 ${Math.round((was - price) / 100)} 元`
  }
}

function loadPicturesWhenSeen() {
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue
        target.src = target.dataset.src
        watcher.unobserve(target)
      }
    },
    { rootMargin: '300px' },
  )
  for (const picture of document.querySelectorAll('img[data-src]')) watcher.observe(picture)
}

function showReviews(section) {
  const list = section.querySelector('ol')
  const more = section.querySelector('.more')
  let page = 0
  const load = () => {
    page += 1
    const request = new XMLHttpRequest()
    request.open('GET', `/api/reviews/${section.dataset.reviews}?page=${page}`)
    request.onload = () => {
      const answer = JSON.parse(request.responseText)
      document.querySelector('#review-count').textContent = `共 ${answer.total} 条`
      for (const review of answer.reviews) list.append(reviewItem(review))
      more.hidden = !answer.more
    }
    request.send()
  }
  more.addEventListener('click', load)
  load()
}

function reviewItem({ buyer, stars, text, option, day }) {
  const item = document.createElement('li')
  const head = document.createElement('span')
  head.className = 'stars'
  head.textContent = '★'.repeat(stars) + '☆'.repeat(5 - stars)
  const who = document.createElement('small')
  who.textContent = ` ${buyer} · ${day} · ${option}`
  const words = document.createElement('p')
  words.textContent = text
  item.append(head, who, words)
  return item
}

function chooseByClick() {
  for (const small of document.querySelectorAll('[data-large]')) {
    small.addEventListener('click', () => {
      document.querySelector('#main-picture').src = small.dataset.large
    })
  }
  for (const option of document.querySelectorAll('.options button')) {
    option.addEventListener('click', () => {
      for (const each of document.querySelectorAll('.options button'))
        each.setAttribute('aria-checked', each === option)
    })
  }
}

fillPrices()
loadPicturesWhenSeen()
chooseByClick()
for (const section of document.querySelectorAll('[data-reviews]')) showReviews(section)
