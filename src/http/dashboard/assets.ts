import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { tokens } from '../../html/design-tokens.ts'

/** The addresses of the pages' own files. They change with what is in them, so they may be kept. */
export interface AssetUrls {
  style: string
  script: string
  charts: string
}

/** Serves the style sheet, the script and the chart library, all from this machine. */
export function serveAssets(server: FastifyInstance): AssetUrls {
  const own = (name: string) =>
    readFileSync(new URL(`../../../assets/${name}`, import.meta.url), 'utf8')
  const serve = (name: string, type: string, content: string) => {
    server.get(`/assets/${name}`, async (_request, reply) =>
      reply
        .type(`${type}; charset=utf-8`)
        .headers({
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
        })
        .send(content),
    )
    const version = createHash('sha256').update(content).digest('base64url').slice(0, 12)
    return `/assets/${name}?v=${version}`
  }
  return {
    style: serve('dashboard.css', 'text/css', tokens + own('dashboard.css')),
    script: serve('dashboard.js', 'text/javascript', own('dashboard.js')),
    charts: serve('chart.js', 'text/javascript', readFileSync(chartLibrary(), 'utf8')),
  }
}

/** The build for a script element, which the package's exports leave out. */
function chartLibrary(): string {
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve('chart.js')), 'chart.umd.min.js')
}
