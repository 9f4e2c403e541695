import type { Part } from '../part.ts'
export const limit: Part = { about: '', run: async () => [] }
