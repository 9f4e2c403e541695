// What the pages do better with a script. Each works without: links, forms, tables.

const script = document.currentScript

// ── Parts that keep themselves up to date ───────────────────────────────────────────────────────

const live = document.querySelector('[data-live]')
let stream

function listen() {
  if (!live || stream || document.hidden) return
  stream = new EventSource(live.dataset.live)
  stream.addEventListener('parts', event => show(JSON.parse(event.data)))
  stream.addEventListener('last', event => {
    show(JSON.parse(event.data))
    leave()
    delete live.dataset.live
  })
  // The browser comes back by itself, unless it was refused: then the session is over.
  stream.addEventListener('error', () => {
    if (stream?.readyState === EventSource.CLOSED) leave()
  })
}

function leave() {
  stream?.close()
  stream = undefined
}

/** Puts new parts in the place of those that differ, and the focus back where it was. */
function show({ html, spoken }) {
  const fresh = new DOMParser().parseFromString(html, 'text/html')
  for (const part of fresh.querySelectorAll('[data-part]')) {
    const old = document.querySelector(`[data-part="${part.dataset.part}"]`)
    if (!old || old.innerHTML === part.innerHTML) continue
    const { activeElement } = document
    const focused = old.contains(activeElement) ? selectorOf(activeElement) : null
    old.replaceChildren(...part.childNodes)
    if (focused) old.querySelector(focused)?.focus()
  }
  if (spoken) document.getElementById('spoken').textContent = spoken
  tellTimes()
}

function selectorOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`
  const href = element.getAttribute('href')
  return href ? `a[href="${CSS.escape(href)}"]` : null
}

// A page that nobody sees needs no updates, and browsers allow six streams for a server.
document.addEventListener('visibilitychange', () => (document.hidden ? leave() : listen()))
addEventListener('pagehide', leave)
addEventListener('pageshow', listen)

// ── Times ───────────────────────────────────────────────────────────────────────────────────────

/** As `relativeTime` in src/html/times.ts. */
function relativeTime(at) {
  const seconds = Math.round((Date.now() - at) / 1000)
  const past = Math.abs(seconds)
  if (past < 45) return seconds < 0 ? 'any moment' : 'just now'
  let span = `${Math.round(past / 86_400)} days`
  if (past < 36 * 3_600) span = `${Math.round(past / 3_600)} h`
  if (past < 3_600) span = `${Math.max(1, Math.round(past / 60))} min`
  return seconds < 0 ? `in ${span}` : `${span} ago`
}

function tellTimes() {
  for (const time of document.querySelectorAll('time[datetime]')) {
    const ago = time.querySelector('.ago')
    const text = relativeTime(Date.parse(time.dateTime))
    if (ago && ago.textContent !== text) ago.textContent = text
  }
}
setInterval(tellTimes, 15_000)

// ── Questions before what cannot be undone ──────────────────────────────────────────────────────

document.addEventListener('submit', event => {
  const question = event.submitter?.dataset.confirm
  if (question && !confirm(question)) event.preventDefault()
})

// ── A link that signs in ────────────────────────────────────────────────────────────────────────

const seen = document.querySelector('form[data-submit-when-seen]')
// A page that the browser has fetched ahead of time is seen later, or never.
if (seen && document.prerendering) {
  document.addEventListener('prerenderingchange', () => seen.requestSubmit(), { once: true })
} else seen?.requestSubmit()

// ── Charts: drawn from the tables ───────────────────────────────────────────────────────────────

const colours = {
  accepted: '--chart-good',
  delivered: '--chart-good',
  failed: '--chart-bad',
  bounced: '--chart-bad',
  unknown: '--chart-warn',
  complained: '--chart-warn',
  pending: '--chart-live',
}

function drawChart(place) {
  const table = document.getElementById(place.dataset.chart)
  const rows = [...table.tBodies[0].rows].reverse()
  const value = text => Number(text.replaceAll(',', ''))
  const series = [...table.tHead.rows[0].cells].slice(1).map((head, at) => ({
    name: head.dataset.series,
    label: head.textContent,
    data: rows.map(row => value(row.cells[at + 1].textContent)),
  }))
  place.hidden = false
  const canvas = document.createElement('canvas')
  canvas.setAttribute('aria-hidden', 'true')
  place.replaceChildren(canvas)
  const style = getComputedStyle(document.documentElement)
  const colour = name => style.getPropertyValue(name).trim()
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 }
  return new globalThis.Chart(canvas, {
    type: 'bar',
    data: {
      labels: rows.map(row => row.cells[0].textContent.slice(5)),
      datasets: series.map(({ name, label, data }) => ({
        label,
        data,
        backgroundColor: colour(colours[name]),
        maxBarThickness: 28,
        borderRadius: 2,
      })),
    },
    options: {
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          stacked: true,
          grid: { display: false },
          border: { color: colour('--line') },
          ticks: { color: colour('--soft'), font, maxRotation: 0, autoSkipPadding: 12 },
        },
        y: {
          stacked: true,
          beginAtZero: true,
          border: { display: false },
          grid: { color: colour('--line') },
          ticks: { color: colour('--soft'), font, precision: 0, maxTicksLimit: 6 },
        },
      },
      plugins: {
        legend: {
          position: 'bottom',
          align: 'start',
          labels: { color: colour('--soft'), font, boxWidth: 10, boxHeight: 10, padding: 14 },
        },
        tooltip: { titleFont: font, bodyFont: font },
      },
    },
  })
}

async function drawCharts() {
  const places = [...document.querySelectorAll('[data-chart]')]
  if (places.length === 0) return
  await new Promise((resolve, reject) => {
    const library = document.createElement('script')
    library.src = script.dataset.charts
    library.addEventListener('load', resolve)
    library.addEventListener('error', reject)
    document.head.append(library)
  })
  let charts = places.map(drawChart)
  for (const place of places) {
    const details = place.parentElement.querySelector('details')
    details.open = false
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const chart of charts) chart.destroy()
    charts = places.map(drawChart)
  })
}

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────

const keys = document.getElementById('keys')
const keysOn = document.getElementById('keys-on')
let afterG = 0

function allowKeys() {
  return localStorage.getItem('keys') !== 'off'
}

function onKey(event) {
  const typing = event.target.closest('input, select, textarea, dialog, iframe')
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === '?') keys.showModal()
  else if (!allowKeys()) return
  else if (event.key === '/') {
    const field = document.querySelector('[role="search"] input')
    if (!field) return
    field.focus()
    field.select()
  } else if (event.key === 'g') {
    afterG = Date.now()
    return
  } else if (Date.now() - afterG < 1_000) {
    afterG = 0
    const place = document.querySelector(`.places [data-key="${CSS.escape(event.key)}"]`)
    if (!place) return
    place.click()
  } else if (event.key === 'j' || event.key === 'k') step(event.key === 'j' ? 1 : -1)
  else return
  event.preventDefault()
}

/** From row to row of the first table that has links. */
function step(by) {
  const links = [...document.querySelectorAll('td.lead a')]
  const row = document.activeElement.closest('tr')
  const at = links.findIndex(link => link.closest('tr') === row)
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by
  links[next]?.focus()
}

if (keys) {
  keysOn.checked = allowKeys()
  keysOn.addEventListener('change', () => {
    localStorage.setItem('keys', keysOn.checked ? 'on' : 'off')
  })
  document.addEventListener('keydown', onKey)
}

listen()
drawCharts()
