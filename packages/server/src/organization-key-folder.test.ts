import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { organizationKeyFolder } from './organization-key-folder.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'organization-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'keys')
}

test('a key is made once, for the owner of the process alone, and found again by every node', async () => {
  const folder = newFolder()
  const nodes = Array.from({ length: 8 }, () => organizationKeyFolder(folder))
  const made = await Promise.all(nodes.map((node) => node.make('org_a')))
  expect(made.every((key) => made[0]?.equals(key))).toBe(true)
  expect(readdirSync(folder)).toEqual(['org_a.key'])
  expect([statSync(folder).mode & 0o777, statSync(join(folder, 'org_a.key')).mode & 0o777]).toEqual([
    0o700, 0o600,
  ])
  const found = await organizationKeyFolder(folder).get('org_a')
  expect(found && made[0]?.equals(found)).toBe(true)
})

test('a key that was destroyed is gone, and destroyed again without complaint', async () => {
  const keys = organizationKeyFolder(newFolder())
  await keys.destroy('org_a')
  await keys.make('org_a')
  await keys.destroy('org_a')
  expect(await keys.get('org_a')).toBeUndefined()
})

test('a file that is cut short is no key, and none is made in its place', async () => {
  const folder = newFolder()
  const keys = organizationKeyFolder(folder)
  await keys.make('org_b')
  writeFileSync(join(folder, 'org_a.key'), 'c2hvcnQ=\n')
  await expect(keys.get('org_a')).rejects.toThrow('holds no key')
  await expect(keys.make('org_a')).rejects.toThrow('holds no key')
})
