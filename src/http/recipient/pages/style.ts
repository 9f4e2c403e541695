import { accentOf } from './colours.ts'

/**
 * The pages' style sheet, in the colours of the emails. It is inlined and its hash is in the policy,
 * so it must not contain characters that HTML escapes.
 */
export function styleSheet(color: string | undefined): string {
  const { light, dark } = accentOf(color)
  return `
:root{color-scheme:light dark;--paper:#f4eee4;--panel:#fffdf9;--inset:#faf5ec;--line:#e9dfcf;
--text:#2a2320;--soft:#6b5f55;--good:#1f7a5f;--warn:#9a5b00;--shadow:0 1px 2px rgb(60 40 20/6%),0 16px 40px -20px rgb(60 40 20/22%);
--fill:${light.fill};--on-fill:${light.foreground}}
@media (prefers-color-scheme:dark){:root{--paper:#161311;--panel:#211d1a;--inset:#2c2723;--line:#3d362f;
--text:#f4ece2;--soft:#bdb1a4;--good:#7fd1b6;--warn:#f0bd6b;--shadow:none;--fill:${dark.fill};--on-fill:${dark.foreground}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:40rem;min-height:100vh;min-height:100svh;padding:clamp(1.25rem,7vh,4.5rem) 1rem 2rem;
background:var(--paper);color:var(--text);font:1.0625rem/1.55 system-ui,-apple-system,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif;
overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
h1,h2,p,dl,dd{margin:0}
h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,1.85rem);line-height:1.2;letter-spacing:-.02em;text-wrap:balance}
h2{font-size:1.0625rem;line-height:1.35}
svg{flex:none;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
a{color:inherit;text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--text);outline-offset:3px;border-radius:.5rem}
header,footer{display:flex;padding:0 .25rem}
header{gap:.7rem;align-items:center;margin-bottom:1.1rem;font-weight:650;letter-spacing:-.01em;line-height:1.3}
header span{display:grid;place-items:center;flex:none;width:2.25rem;height:2.25rem;border-radius:.7rem;background:var(--fill);color:var(--on-fill);
border:1px solid color-mix(in srgb,var(--text) 18%,var(--fill))}
header svg{width:1.3rem;height:1.3rem}
footer{margin-top:1.25rem;color:var(--soft);font-size:.95rem}
footer a{padding:.5rem 0}
main{display:grid;gap:1.1rem;padding:clamp(1.35rem,6vw,2.25rem);background:var(--panel);border:1px solid var(--line);border-radius:1.25rem;box-shadow:var(--shadow)}
.soft{color:var(--soft)}
.message{display:flex;gap:.6rem;padding:.7rem .9rem;border-radius:.75rem;background:color-mix(in srgb,var(--good) 12%,var(--panel));font-weight:550}
.message svg{width:1.3rem;height:1.55rem;color:var(--good)}
.message.held{background:color-mix(in srgb,var(--warn) 12%,var(--panel))}
.message.held svg{color:var(--warn)}
.message:focus-visible{outline:2px solid var(--good);outline-offset:0;border-radius:.75rem}
.message.held:focus-visible{outline-color:var(--warn)}
.notice{padding:.9rem 1.1rem;display:grid;gap:.35rem;border:1px solid color-mix(in srgb,var(--warn) 40%,var(--line));border-radius:.9rem;background:color-mix(in srgb,var(--warn) 8%,var(--panel))}
.state{display:flex;flex-wrap:wrap;gap:1rem;align-items:center;justify-content:space-between;padding:1.1rem;background:var(--inset);border:1px solid var(--line);border-radius:1rem}
.state div{flex:1 1 12rem;min-width:0}
.state h2{display:flex;gap:.6rem;align-items:baseline;font-size:1.15rem}
.status-dot{flex:none;width:.7rem;height:.7rem;border-radius:50%;border:2px solid var(--soft)}
.status-dot.on{background:var(--good);border-color:var(--good)}
.status-dot.paused{background:linear-gradient(90deg,var(--soft) 50%,transparent 50%)}
.status-dot.held{background:var(--warn);border-color:var(--warn)}
form{margin:0}
.pause{display:grid;gap:.8rem}
.pause form{display:flex;flex-wrap:wrap;gap:.6rem}
.message.paused{background:color-mix(in srgb,var(--soft) 14%,var(--panel))}
.message.paused svg{color:var(--soft)}
.state form{flex:1 1 100%}
button{width:100%;min-height:3rem;padding:.65rem 1.4rem;font:inherit;font-weight:600;line-height:1.3;cursor:pointer;border-radius:.8rem;
background:var(--fill);color:var(--on-fill);border:1px solid color-mix(in srgb,var(--text) 45%,var(--fill))}
button:hover{border-color:var(--text);box-shadow:0 0 0 1px var(--text)}
button:focus-visible{border-radius:.8rem}
.pause button{padding-inline:.75rem}
button.quiet{background:transparent;color:var(--text);border-color:var(--soft)}
dl{display:grid;gap:.9rem}
dt{font-weight:650}
dd{color:var(--soft)}
.kinds{display:grid;gap:.9rem;padding-top:1.2rem;border-top:1px solid var(--line)}
@media (min-width:34rem){main form button{width:auto}.state form{flex:none;max-width:100%}}
`.trim()
}
