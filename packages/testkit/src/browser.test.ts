import { expect, test } from 'vitest'
import { chromiumExecutable } from './browser.ts'

test('a machine without Chromium is told the command that mends it', () => {
  expect(() => chromiumExecutable(undefined, () => false)).toThrow('apt-get install -y chromium')
  expect(() => chromiumExecutable('/nowhere', () => false)).toThrow(/\/nowhere.*apt-get install -y chromium/)
})

test('CHROMIUM_PATH goes before the usual places', () => {
  expect(chromiumExecutable('/mine', () => true)).toBe('/mine')
  expect(chromiumExecutable(undefined, () => true)).toBe('/usr/bin/chromium')
})
