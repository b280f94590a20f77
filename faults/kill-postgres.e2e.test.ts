import { dice, type PostgresServer, postgresServer } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crowdCells } from './crowd-cells.ts'
import { killCells } from './kill-cells.ts'
import { profiles } from './profiles.ts'
import { openSite, type Site } from './site.ts'
import { claimsDuringCommit } from './wire-cells.ts'

const seed = 1
const [strict] = profiles
if (!strict) throw new Error('Some rotate strictly.')

describe('on three nodes of one PostgreSQL, under strict rotation', () => {
  let server: PostgresServer
  let site: Site
  beforeAll(async () => {
    server = await postgresServer()
    site = await openSite(strict, server)
  })
  afterAll(async () => {
    await site?.close()
    await server?.close()
  })

  test.each(crowdCells)('of $title all are answered by one redemption', async (cell) => {
    expect(await cell.run(site, dice(seed))).toEqual([])
  })

  test('claims that wait for a commit are lost with the generation that it ends', async () => {
    expect(await claimsDuringCommit.run(site, dice(seed))).toEqual([])
  })

  test.each(killCells)(
    'a node that gets a $title, while all renew, loses no token that it held, and says which it may have lost',
    async (cell) => {
      expect(await cell.run(site, dice(seed))).toEqual([])
    },
  )

  test('no secret stands in the database after all that', async () => {
    expect(site.plaintexts.foundInText(await site.database.text())).toEqual([])
  })
})
