import { existsSync } from 'node:fs'
import { defineConfig } from 'drizzle-kit'

// drizzle-kit does not read .env; the scripts that touch a database want its DATABASE_URL, or better
// the way to the database that avoids a transaction pooler.
if (existsSync('.env')) process.loadEnvFile('.env')

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/db/schema.ts',
  out: './drizzle',
  schemaFilter: ['public', 'tidings'],
  migrations: { schema: 'tidings', table: '__drizzle_migrations' },
  dbCredentials: { url: (process.env.DIRECT_URL || process.env.DATABASE_URL) ?? '' },
})
