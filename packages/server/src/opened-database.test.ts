import { NewerDatabase } from '@sallyport/store'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { refusalOf } from './opened-database.ts'
import { StartRefused } from './start-refused.ts'

test.each([
  [
    'sqlite:/srv/sallyport',
    /^SALLYPORT_DATA_DIR \/srv\/sallyport holds a database that a newer version .+backup.+\.$/,
  ],
  [
    'postgres://user:password@db.example/sallyport',
    /^SALLYPORT_DATABASE_URL holds a database that a newer version .+backup.+\.$/,
  ],
])('a database of a newer version at %s is refused in a sentence that says how to go on', (url, sentence) => {
  const read = readConfig({ SALLYPORT_DATABASE_URL: url })
  if ('faults' in read) throw new Error(read.faults.join(' '))
  const refusal = refusalOf(new NewerDatabase(), read.config)
  expect(refusal).toBeInstanceOf(StartRefused)
  const { faults } = refusal as StartRefused
  expect(faults).toEqual([expect.stringMatching(sentence)])
  expect(faults.join()).not.toContain('password')
})
