import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalEntry } from '@sallyport/core'
import { describe, expect, test } from 'vitest'
import { fileJournal } from './journal.ts'
import { type Nodes, nodes, outcomeOf } from './nodes.suite.ts'
import { canMount, smallDisk } from './small-disk.suite.ts'

const minute = 60_000

const entry = {
  ...{ id: 'ans_1', organizationId: 'org_a', accountId: 'acc_1', generation: 1, at: 5 },
  state: { status: 'connected', credential: Buffer.alloc(20_000, 7), generation: 2 },
} as unknown as JournalEntry

/** A journal on a disk of twenty megabytes, by a clock of the test's. */
function onSmallDisk() {
  const disk = smallDisk(20)
  const time = { passed: 0 }
  const journal = fileJournal(join(disk.folder, 'journal'), () => time.passed)
  const reserve = join(disk.folder, 'journal', 'reserve')
  const aSecondLater = () => {
    time.passed += 1000
  }
  return { disk, journal, reserve, aSecondLater }
}

// Only a disk that is really full shows it: where none can be mounted, these are listed as skipped.
describe.skipIf(!canMount)('a journal whose disk is full', () => {
  test('takes an answer all the same, for which it gives its reserve up', async () => {
    const { disk, journal, reserve, aSecondLater } = onSmallDisk()
    expect(await journal.hasRoom()).toBe(true)
    expect([statSync(reserve).size, statSync(reserve).mode & 0o777]).toEqual([262_144, 0o600])
    expect(statSync(reserve).blocks * 512).toBeGreaterThanOrEqual(262_144)
    expect(await journal.entries()).toEqual([])
    disk.fill()
    await journal.append(entry)
    expect(await journal.entries()).toEqual([entry])
    expect(readdirSync(join(disk.folder, 'journal'))).toEqual(['ans_1'])

    expect(await journal.hasRoom()).toBe(false)
    expect(existsSync(reserve)).toBe(false)
    disk.empty()
    aSecondLater()
    expect(await journal.hasRoom()).toBe(true)
    expect(statSync(reserve).size).toBe(262_144)
  })

  test('and whose reserve is gone fails as the disk does, and leaves no half of an answer', async () => {
    const { disk, journal } = onSmallDisk()
    await journal.hasRoom()
    disk.fill()
    await journal.append(entry)
    disk.fill()
    await expect(journal.append({ ...entry, id: 'ans_2' })).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(readdirSync(join(disk.folder, 'journal'))).toEqual(['ans_1'])
  })

  test('takes the answers of eight at once', async () => {
    const { disk, journal } = onSmallDisk()
    await journal.hasRoom()
    disk.fill()
    const entries = Array.from({ length: 8 }, (_, index) => ({ ...entry, id: `ans_${index}` }))
    await Promise.all(entries.map((each) => journal.append(each)))
    expect(await journal.entries()).toEqual(entries)
  })

  test('asks the disk at most once a second', async () => {
    const { disk, journal, aSecondLater } = onSmallDisk()
    expect(await journal.hasRoom()).toBe(true)
    disk.fill()
    expect(await journal.hasRoom()).toBe(true)
    aSecondLater()
    expect(await journal.hasRoom()).toBe(false)
  })

  test('lets no renewal begin that could use a refresh token up, says why, and logs it once', async () => {
    const { disk, journal, aSecondLater } = onSmallDisk()
    const all = await nodes()
    const a = await all.start({ journal: () => journal })
    disk.fill()
    all.clock.advance(31 * minute)
    expect([(await a.token()).generation, all.tokenRequests()]).toEqual([1, 0])
    all.clock.advance(30 * minute)
    await expect(a.token()).rejects.toThrow('The disk of the data folder is full')
    expect([await outcomeOf(a.token()), all.tokenRequests()]).toEqual(['renewal_unavailable', 0])
    expect(outages(all)).toBe(1)
    disk.empty()
    aSecondLater()
    expect([await outcomeOf(a.token()), all.tokenRequests()]).toEqual(['generation 2', 1])

    disk.fill()
    aSecondLater()
    all.clock.advance(61 * minute)
    expect(await outcomeOf(a.token())).toBe('renewal_unavailable')
    expect(outages(all)).toBe(2)
  })

  test('keeps nobody from renewing what lasts', async () => {
    const { disk, journal } = onSmallDisk()
    const all = await nodes({
      behaviour: { rotation: 'static' },
      renewal: { rotation: { rotates: false } },
    })
    const a = await all.start({ journal: () => journal })
    disk.fill()
    all.clock.advance(31 * minute)
    expect([await outcomeOf(a.token()), all.tokenRequests()]).toEqual(['generation 2', 1])
  })
})

test('a journal that cannot be written at all lets no such renewal begin, either', async () => {
  const all = await nodes()
  const { hasRoom } = fileJournal('/dev/null/nowhere')
  const a = await all.start({ journal: (sound) => ({ ...sound, hasRoom }) })
  all.clock.advance(61 * minute)
  expect([await outcomeOf(a.token()), all.tokenRequests()]).toEqual(['renewal_unavailable', 0])
  expect(outages(all)).toBe(1)
})

function outages({ logged }: Nodes): number {
  return logged.filter((line) => line.startsWith('the journal has no room')).length
}
