import { dice, type PostgresServer, postgresServer } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from './profiles.ts'
import { rotationUnderKills } from './rotation-cells.ts'
import { openSite, type Site } from './site.ts'

const seed = 1
const [strict] = profiles
if (!strict) throw new Error('Some rotate strictly.')

describe.concurrent('keys that turn under load', () => {
  let server: PostgresServer
  let sqlite: Site
  let postgres: Site
  beforeAll(async () => {
    server = await postgresServer()
    ;[sqlite, postgres] = await Promise.all([openSite(strict), openSite(strict, server)])
  })
  afterAll(async () => {
    await Promise.all([sqlite?.close(), postgres?.close()])
    await server?.close()
  })

  test('lose no token and fail no read on SQLite, though the process is killed six times', async () => {
    expect(await rotationUnderKills(6).run(sqlite, dice(seed))).toEqual([])
  })

  test('nor on three nodes of PostgreSQL, of which one or another is killed four times', async () => {
    expect(await rotationUnderKills(4).run(postgres, dice(seed))).toEqual([])
  })
})
