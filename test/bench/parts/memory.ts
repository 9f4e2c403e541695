import type { Part } from '../part.ts'
export const memory: Part = { about: '', run: async () => [] }
