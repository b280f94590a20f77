import { dice } from '@sallyport/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { killCells } from './kill-cells.ts'
import { profiles } from './profiles.ts'
import { openSite, type Site } from './site.ts'

const seed = 1
const lanes = [0, 1, 2]
const [strict] = profiles
if (!strict) throw new Error('Some rotate strictly.')

describe.concurrent('on SQLite, under strict rotation', () => {
  describe.each(lanes)('in turns (%i)', (lane) => {
    let site: Site
    beforeAll(async () => {
      site = await openSite(strict)
    })
    afterAll(() => site.close())

    const own = killCells.filter((_, index) => index % lanes.length === lane)
    test.sequential.each(own)(
      'a process that gets a $title loses no token that it held, and says which it may have lost',
      async (cell) => {
        expect(await cell.run(site, dice(seed))).toEqual([])
      },
    )
  })
})
