import { expect, test } from 'vitest'
import { browserName } from './browser-name.ts'
import { modulePath } from './module-path.ts'

test('each run of dark modules of a QR code is one rectangle at its place', () => {
  expect(modulePath(['000', '011', '101'])).toBe('M1 1h2v1h-2zM0 2h1v1h-1zM2 2h1v1h-1z')
})

test('a browser is told by the name that people know it by, and by its own words where it has none', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  expect(browserName(chrome)).toBe('Chrome on Linux')
  expect(browserName(`${chrome} Edg/140.0`)).toBe('Edge on Linux')
  expect(browserName('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1.15')).toBe(
    'Safari on macOS',
  )
  expect(browserName('curl/8.0')).toBe('curl/8.0')
  expect(browserName(undefined)).toBe('Unknown browser')
})
