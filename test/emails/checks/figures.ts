import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Kept by CI, ignored by git. */
export const ARTEFACTS = fileURLToPath(new URL('../../../artifacts/emails/', import.meta.url))

/** What one check has measured of each sample email, by its name: columns and their figures. */
export type Figures = Record<string, Record<string, string | number>>

/** Leaves the figures for `write-table.ts`. */
export function keepFigures(check: string, figures: Figures): void {
  mkdirSync(`${ARTEFACTS}figures`, { recursive: true })
  writeFileSync(`${ARTEFACTS}figures/${check}.json`, JSON.stringify(figures, null, 2))
}
