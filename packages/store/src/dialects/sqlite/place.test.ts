import { copyFileSync, cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isSamePlace } from '../../place.ts'
import { filePlace } from './place.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-place-'))
  file = join(folder, 'sallyport.db')
  writeFileSync(file, 'a')
})

afterEach(() => rmSync(folder, { recursive: true }))

test('a file stays where it is when it is written, and when its folder moves', async () => {
  const before = await filePlace(file)
  writeFileSync(file, 'changed')
  expect(isSamePlace(before, await filePlace(file))).toBe(true)
  const moved = join(folder, 'moved')
  mkdirSync(moved)
  renameSync(file, join(moved, 'sallyport.db'))
  expect(isSamePlace(before, await filePlace(join(moved, 'sallyport.db')))).toBe(true)
})

test('a copy is elsewhere, also one that got the number of the file in whose place it was put', async () => {
  const backup = join(folder, 'backup')
  for (let round = 0; round < 10; round += 1) {
    const before = await filePlace(file)
    expect(before.born).toBeDefined()
    copyFileSync(file, backup)
    expect(isSamePlace(before, await filePlace(backup))).toBe(false)
    rmSync(file)
    cpSync(backup, file, { preserveTimestamps: true })
    expect(isSamePlace(before, await filePlace(file))).toBe(false)
  }
})

test('a file that is gone is nowhere', async () => {
  const before = await filePlace(file)
  rmSync(file)
  expect(isSamePlace(before, await filePlace(file))).toBe(false)
  expect(isSamePlace(await filePlace(file), await filePlace(file))).toBe(false)
})

test('what only one of two tells does not set them apart', () => {
  expect(isSamePlace({ inode: '1' }, { inode: '1', born: '5' })).toBe(true)
  expect(isSamePlace({ inode: '1', born: '4' }, { inode: '1', born: '5' })).toBe(false)
  expect(isSamePlace({ inode: '1' }, { born: '5' })).toBe(false)
})
