/** Colours and fonts of the service's own pages, for light and dark mode. */
export const tokens = `
:root {
  color-scheme: light dark;
  --paper: #faf8f5;
  --card: #ffffff;
  --ink: #25211d;
  --soft: #6b635b;
  --line: #e8e2da;
  --hover: #f6f1ea;
  --accent: #a8481f;
  --shadow: 0 1px 2px rgb(60 40 20 / 5%), 0 8px 24px -12px rgb(60 40 20 / 12%);
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171513;
    --card: #201d1a;
    --ink: #ece6df;
    --soft: #a59b90;
    --line: #332e29;
    --hover: #292521;
    --accent: #f0986b;
    --shadow: none;
  }
}
`
