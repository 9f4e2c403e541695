// Lets openapi-typescript load the API of TypeScript 6, which TypeScript 7 does not have.
import { registerHooks } from 'node:module'

const { href } = new URL(import.meta.resolve('@ts-morph/common/dist/typescript.js'))

export const hooks = registerHooks({
  resolve: (name, context, next) => next(name === 'typescript' ? href : name, context),
})
