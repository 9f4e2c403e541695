import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { tokens } from '../../html/design-tokens.ts'

/** The URLs of the pages' assets. They contain a hash of the content, so browsers may cache them. */
export interface AssetUrls {
  style: string
  script: string
  charts: string
}

/** Serves the style sheet, the script and the chart library. */
export function serveAssets(server: FastifyInstance): AssetUrls {
  const readAsset = (name: string) =>
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
    style: serve('dashboard.css', 'text/css', tokens + readAsset('dashboard.css')),
    script: serve('dashboard.js', 'text/javascript', readAsset('dashboard.js')),
    charts: serve('chart.js', 'text/javascript', readFileSync(chartLibraryPath(), 'utf8')),
  }
}

/** The build for a script element; the package's exports do not list it. */
function chartLibraryPath(): string {
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve('chart.js')), 'chart.umd.min.js')
}
