import { randomBytes } from 'node:crypto'
import { type PostgresServer, postgresServer } from '@sallyport/testkit'
import { afterAll, beforeAll } from 'vitest'

/** The server of a test file; the environment of nodes that share one new database of it, and a key. */
export function withPostgres() {
  let server: PostgresServer | undefined
  beforeAll(async () => {
    server = await postgresServer()
  })
  afterAll(async () => server?.close())
  const running = () => {
    if (!server) throw new Error('PostgreSQL is started before the tests, not before the file.')
    return server
  }
  return {
    server: running,
    async nodes() {
      const url = await running().createDatabase()
      return {
        SALLYPORT_DATABASE_URL: url,
        SALLYPORT_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
        SALLYPORT_ADMIN_KEY: `admin-${randomBytes(24).toString('hex')}`,
      }
    },
  }
}
