// Enhances the pages, which also work without JavaScript.

const script = document.currentScript

// ── Live parts ───────────────────────────────────────────────────────────────────────────────────

const live = document.querySelector('[data-live]')
let stream

function connect() {
  if (!live || stream || document.hidden) return
  stream = new EventSource(live.dataset.live)
  stream.addEventListener('parts', event => replaceParts(JSON.parse(event.data)))
  stream.addEventListener('last', event => {
    replaceParts(JSON.parse(event.data))
    disconnect()
    delete live.dataset.live
  })
  // The browser reconnects by itself unless the server refused it: then the session has ended.
  stream.addEventListener('error', () => {
    if (stream?.readyState === EventSource.CLOSED) disconnect()
  })
}

function disconnect() {
  stream?.close()
  stream = undefined
}

/** The markup of the parts as received, because drawing a chart changes it. */
const received = new Map()
for (const part of document.querySelectorAll('[data-part]')) {
  received.set(part.dataset.part, part.innerHTML)
}

/** Replaces the parts that have changed and restores the focus. */
function replaceParts({ html, spoken }) {
  const update = new DOMParser().parseFromString(html, 'text/html')
  for (const part of update.querySelectorAll('[data-part]')) {
    const { part: name } = part.dataset
    const old = document.querySelector(`[data-part="${name}"]`)
    if (!old || received.get(name) === part.innerHTML) continue
    received.set(name, part.innerHTML)
    const { activeElement } = document
    const focused = old.contains(activeElement) ? selectorOf(activeElement) : null
    const wasOpen = old.querySelector('details')?.open
    old.replaceChildren(...part.childNodes)
    if (focused) old.querySelector(focused)?.focus()
    if (old.querySelector('[data-chart]')) drawCharts(wasOpen)
  }
  if (spoken) document.getElementById('spoken').textContent = spoken
  updateTimes()
}

function selectorOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`
  const href = element.getAttribute('href')
  return href ? `a[href="${CSS.escape(href)}"]` : null
}

// A hidden page needs no updates, and browsers allow only six connections to a server.
document.addEventListener('visibilitychange', () => (document.hidden ? disconnect() : connect()))
addEventListener('pagehide', disconnect)
addEventListener('pageshow', connect)

// ── Times ────────────────────────────────────────────────────────────────────────────────────────

/** The same format as `relativeTime` in src/html/times.ts. */
function relativeTime(at) {
  const seconds = Math.round((Date.now() - at) / 1000)
  const past = Math.abs(seconds)
  if (past < 45) return seconds < 0 ? 'any moment' : 'just now'
  let span = `${Math.round(past / 86_400)} days`
  if (past < 36 * 3_600) span = `${Math.round(past / 3_600)} h`
  if (past < 3_600) span = `${Math.max(1, Math.round(past / 60))} min`
  return seconds < 0 ? `in ${span}` : `${span} ago`
}

function updateTimes() {
  for (const time of document.querySelectorAll('time[datetime]')) {
    const ago = time.querySelector('.ago')
    const text = relativeTime(Date.parse(time.dateTime))
    if (ago && ago.textContent !== text) ago.textContent = text
  }
}
setInterval(updateTimes, 15_000)

// ── Confirmation before a form is sent ───────────────────────────────────────────────────────────

document.addEventListener('submit', event => {
  const question = event.submitter?.dataset.confirm
  if (question && !confirm(question)) event.preventDefault()
})

// ── Sign-in link ─────────────────────────────────────────────────────────────────────────────────

const linkForm = document.querySelector('form[data-submit-when-visible]')
// A prerendered page may never become visible, so wait until it does.
if (linkForm && document.prerendering) {
  document.addEventListener('prerenderingchange', () => linkForm.requestSubmit(), { once: true })
} else linkForm?.requestSubmit()

// ── Charts, drawn from the tables ────────────────────────────────────────────────────────────────

const colours = {
  accepted: '--chart-good',
  delivered: '--chart-good',
  failed: '--chart-bad',
  bounced: '--chart-bad',
  unknown: '--chart-warn',
  complained: '--chart-warn',
  pending: '--chart-live',
}

function drawChart(container) {
  const table = document.getElementById(container.dataset.chart)
  const rows = [...table.tBodies[0].rows].reverse()
  const value = text => Number(text.replaceAll(',', ''))
  const series = [...table.tHead.rows[0].cells].slice(1).map((head, at) => ({
    name: head.dataset.series,
    label: head.textContent,
    data: rows.map(row => value(row.cells[at + 1].textContent)),
  }))
  container.hidden = false
  const canvas = document.createElement('canvas')
  canvas.setAttribute('aria-hidden', 'true')
  container.replaceChildren(canvas)
  const style = getComputedStyle(document.documentElement)
  const colour = name => style.getPropertyValue(name).trim()
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 }
  return new globalThis.Chart(canvas, {
    type: 'bar',
    data: {
      labels: rows.map(row => row.cells[0].dataset.tick),
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

let library
let charts = []

/** Draws all charts anew; the tables that they are drawn from are folded unless `isOpen`. */
async function drawCharts(isOpen = false) {
  const containers = [...document.querySelectorAll('[data-chart]')]
  if (containers.length === 0) return
  library ??= loadChartLibrary()
  await library
  for (const chart of charts) chart.destroy()
  // A part may have been replaced in the meantime.
  const present = containers.filter(container => container.isConnected)
  charts = present.map(drawChart)
  for (const container of present) {
    container.parentElement.querySelector('details').open = isOpen
  }
}

function loadChartLibrary() {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const chart of charts) chart.destroy()
    charts = [...document.querySelectorAll('[data-chart]')].map(drawChart)
  })
  return new Promise((resolve, reject) => {
    const element = document.createElement('script')
    element.src = script.dataset.charts
    element.addEventListener('load', resolve)
    element.addEventListener('error', reject)
    document.head.append(element)
  })
}

// ── Keyboard shortcuts ───────────────────────────────────────────────────────────────────────────

const keys = document.getElementById('keys')
const keysOn = document.getElementById('keys-on')
let afterG = 0

function keysEnabled() {
  return localStorage.getItem('keys') !== 'off'
}

function onKey(event) {
  const typing = event.target.closest('input, select, textarea, dialog, iframe')
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === '?') keys.showModal()
  else if (!keysEnabled()) return
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
    const link = document.querySelector(`.sections [data-key="${CSS.escape(event.key)}"]`)
    if (!link) return
    link.click()
  } else if (event.key === 'j' || event.key === 'k') moveFocus(event.key === 'j' ? 1 : -1)
  else return
  event.preventDefault()
}

/** Moves the focus between the rows of tables that have links. */
function moveFocus(by) {
  const links = [...document.querySelectorAll('td.lead a')]
  const row = document.activeElement.closest('tr')
  const at = links.findIndex(link => link.closest('tr') === row)
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by
  links[next]?.focus()
}

if (keys) {
  keysOn.checked = keysEnabled()
  keysOn.addEventListener('change', () => {
    localStorage.setItem('keys', keysOn.checked ? 'on' : 'off')
  })
  document.addEventListener('keydown', onKey)
}

connect()
drawCharts()
