import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Kept by CI, ignored by git. */
export const ARTEFACTS = fileURLToPath(new URL('../../../artifacts/emails/', import.meta.url))

/** The results of one check by sample email: columns and their values. */
export type Figures = Record<string, Record<string, string | number>>

/** Saves the results for `write-table.ts`. */
export function saveFigures(check: string, figures: Figures): void {
  mkdirSync(`${ARTEFACTS}figures`, { recursive: true })
  writeFileSync(`${ARTEFACTS}figures/${check}.json`, JSON.stringify(figures, null, 2))
}
