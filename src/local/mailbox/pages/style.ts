import { tokens } from '../../../html/design-tokens.ts'

/** The pages' style sheet; a string, because the compiler copies no `.css` files to `dist/`. */
export const style = `${tokens}:root { --bad: #b42828; }
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 54rem;
  min-height: 100vh;
  padding: 0 1.25rem;
  display: flex;
  flex-direction: column;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 var(--sans);
  -webkit-text-size-adjust: 100%;
}
main { flex: 1; }
a { color: var(--accent); text-underline-offset: .2em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
h1, h2, p, ul, dl, dd, pre { margin: 0; padding: 0; }
ul { list-style: none; }
svg { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
code { font: .9em var(--mono); background: var(--hover); border: 1px solid var(--line); border-radius: .35rem; padding: .1em .4em; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }

.top { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 1.75rem 0 1.25rem; }
.brand { display: inline-flex; align-items: center; gap: .6rem; color: var(--ink); font-size: 1.2rem; font-weight: 650; letter-spacing: -.015em; text-decoration: none; }
.brand svg { width: 1.65rem; height: 1.65rem; color: var(--accent); }
.count { color: var(--soft); font-size: .9rem; font-variant-numeric: tabular-nums; }
.count a { text-decoration: none; }
.count a:hover { text-decoration: underline; }
.foot { padding: 2rem 0; color: var(--soft); font-size: .85rem; text-align: center; text-wrap: balance; }

.search { position: relative; display: flex; gap: .5rem; margin-bottom: 1rem; }
.search svg { position: absolute; left: .85rem; top: 50%; width: 1.15rem; height: 1.15rem; translate: 0 -50%; color: var(--soft); pointer-events: none; }
.search input { flex: 1; min-width: 0; height: 2.75rem; padding: 0 1rem 0 2.6rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; appearance: none; }
.search input::placeholder { color: var(--soft); opacity: 1; }
.search input:focus-visible { outline-offset: -1px; border-radius: .75rem; }
.search button { height: 2.75rem; padding: 0 1.1rem; font: inherit; font-weight: 550; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .75rem; cursor: pointer; }
.search button:hover { background: var(--hover); }
.search button:focus-visible { border-radius: .75rem; }
.found { margin: 0 .25rem .75rem; color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }

.list, .email > .body, .facts, .details .scroll { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; box-shadow: var(--shadow); overflow: hidden; }
.list li + li { border-top: 1px solid var(--line); }
.row { display: grid; grid-template: "face to when" auto "face subject event" auto "face line line" auto / 2.5rem minmax(0, 1fr) auto; column-gap: .9rem; row-gap: .05rem; padding: .85rem 1.1rem; color: inherit; text-decoration: none; }
.row:hover { background: var(--hover); }
.row:focus-visible { outline-offset: -3px; border-radius: 1rem; }
.face { grid-area: face; width: 2.5rem; height: 2.5rem; margin-top: .2rem; display: grid; place-items: center; border-radius: 50%; font-weight: 600; }
.tone-0 { background: #fbe3d8; color: #8a3b18; }
.tone-1 { background: #e3ecd9; color: #43602a; }
.tone-2 { background: #dbe8f2; color: #27557a; }
.tone-3 { background: #efe0f0; color: #6d3a72; }
.tone-4 { background: #f7ebc9; color: #705310; }
.tone-5 { background: #d8ecea; color: #1f5f5a; }
.to { grid-area: to; font-weight: 600; }
.more { color: var(--soft); font-weight: 400; }
.subject { grid-area: subject; }
.line { grid-area: line; color: var(--soft); font-size: .92rem; }
.to, .subject, .line { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.when { grid-area: when; color: var(--soft); font-size: .85rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; padding-top: .12rem; }
.event { grid-area: event; text-align: right; }

.badge { --hue: #6b635b; display: inline-flex; align-items: center; gap: .4rem; color: var(--hue); font-size: .8rem; font-weight: 550; white-space: nowrap; }
.badge::before { content: ""; width: .5rem; height: .5rem; border-radius: 50%; background: currentColor; }
.badge.delivered { --hue: #2f7a45; }
.badge.bounced { --hue: #c02f2f; }
.badge.complained { --hue: #a06000; }
.badge.suppressed { --hue: #7a4fb0; }
.badge.scheduled { --hue: #2b6a9e; }

.pager { display: flex; justify-content: space-between; padding: 1rem .25rem; }
.pager a { padding: .35rem 0; text-decoration: none; font-weight: 550; }
.pager a:hover { text-decoration: underline; }

.empty { max-width: 32rem; margin: 4rem auto; text-align: center; text-wrap: balance; color: var(--soft); }
.empty svg { width: 4.5rem; height: 4.5rem; color: var(--accent); opacity: .75; }
.empty h1, .empty h2 { margin: .75rem 0 .4rem; color: var(--ink); font-size: 1.35rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
.empty ul { margin-top: 1.25rem; display: grid; gap: .6rem; }

.email h1 { margin: .5rem .1rem 1.1rem; font-size: clamp(1.35rem, 4vw, 1.85rem); line-height: 1.25; letter-spacing: -.02em; text-wrap: balance; overflow-wrap: anywhere; }
.facts { padding: .5rem 1.1rem; }
.facts div { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: 0 1rem; padding: .4rem 0; }
.facts dt { color: var(--soft); }
.facts dd { overflow-wrap: anywhere; }
.tabs { display: flex; flex-wrap: wrap; gap: .25rem; margin: 1.5rem 0 .75rem; }
.tabs a { padding: .4rem .9rem; color: var(--soft); text-decoration: none; font-weight: 550; border-radius: 99rem; }
.tabs a:hover { background: var(--hover); }
.tabs a:focus-visible { border-radius: 99rem; }
.tabs a[aria-current] { background: var(--ink); color: var(--paper); }
.body iframe { display: block; max-width: 100%; width: 100%; height: clamp(28rem, 70vh, 44rem); border: 0; background: #fff; resize: vertical; }
.body iframe.phone { max-width: 375px; margin: 0 auto; border: solid var(--line); border-width: 0 1px; }
.body iframe.tablet { max-width: 768px; margin: 0 auto; border: solid var(--line); border-width: 0 1px; }
.label { padding: 0 .4rem; border: 1px solid var(--line); border-radius: .35rem; font-size: .8rem; color: var(--soft); }
.checks .bad { color: var(--bad); font-weight: 600; }
.checks .good { color: var(--soft); }
.checks td.found { font: inherit; }
.open { margin: 1rem 0; padding: 1.1rem; font: .95rem/1.5 var(--mono); overflow-wrap: anywhere; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
.note { padding: .6rem 1.1rem; color: var(--soft); font-size: .85rem; border-top: 1px solid var(--line); }
.text, .source { padding: 1.1rem; font: .9rem/1.6 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; }
.source { max-height: 75vh; overflow: auto; font-size: .8rem; }
.details { margin-top: 1.75rem; }
.details h2 { margin: 0 .1rem .6rem; font-size: 1rem; }
.details table { width: 100%; border-collapse: collapse; font-size: .9rem; }
.details tr + tr { border-top: 1px solid var(--line); }
.details th, .details td { padding: .55rem 1.1rem; text-align: left; vertical-align: top; }
.details th { width: 1%; white-space: nowrap; font-weight: 550; color: var(--soft); }
.details td { font-family: var(--mono); font-size: .85rem; overflow-wrap: anywhere; }
.tags { display: flex; flex-wrap: wrap; gap: .5rem; }
.tags li { max-width: 100%; padding: .2rem .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 99rem; font: .85rem/1.5 var(--mono); overflow-wrap: anywhere; }
.tags span { color: var(--soft); }
.tags span::after { content: ":"; }

@media (max-width: 34rem) {
  body { padding: 0 .9rem; }
  .top { padding: 1.1rem 0 .9rem; }
  .row { grid-template: "face to when" auto "face subject subject" auto "face line event" auto / 2.5rem minmax(0, 1fr) auto; padding: .8rem .9rem; column-gap: .75rem; }
  .subject { white-space: normal; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow-wrap: anywhere; }
  .search button { padding: 0 .9rem; }
  .facts div { grid-template-columns: minmax(0, 1fr); }
  .facts dt { font-size: .8rem; }
  .details tr { display: block; padding: .5rem .9rem; }
  .details th, .details td { display: block; width: auto; padding: 0; }
  .details th { font-size: .8rem; }
  .results tr { display: flex; justify-content: space-between; gap: 1rem; padding: .3rem .9rem; }
  .results td { text-align: right; }
}
@media (prefers-color-scheme: dark) {
  :root { --bad: #f28b82; }
  .badge { --hue: #a59b90; }
  .badge.delivered { --hue: #7cc48f; }
  .badge.bounced { --hue: #f28b82; }
  .badge.complained { --hue: #e6b450; }
  .badge.suppressed { --hue: #c3a1ee; }
  .badge.scheduled { --hue: #85bce6; }
  .tone-0 { background: #452a1e; color: #f3b598; }
  .tone-1 { background: #2c3823; color: #b9d3a1; }
  .tone-2 { background: #20323f; color: #a3cbe8; }
  .tone-3 { background: #3a2840; color: #dcb3e1; }
  .tone-4 { background: #3d331a; color: #e7cd87; }
  .tone-5 { background: #1d3735; color: #9bd3cd; }
}
`
