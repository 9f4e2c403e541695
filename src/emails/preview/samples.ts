import type { Sample } from './sample.ts'
import { german } from './samples/german.ts'
import { hostile } from './samples/hostile.ts'
import { long } from './samples/long.ts'
import { many } from './samples/many.ts'
import { one } from './samples/one.ts'

export const sampleNames = ['one', 'many', 'hostile', 'long', 'german'] as const
export type SampleName = (typeof sampleNames)[number]

/** Each sample works for both email types. */
export const samples: Record<SampleName, Sample> = { one, many, hostile, long, german }
