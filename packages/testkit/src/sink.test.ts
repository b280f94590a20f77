import { expect, onTestFinished, test } from 'vitest'
import { sink } from './sink.ts'

test('a sink counts what reaches it', async () => {
  const origin = await sink()
  onTestFinished(origin.close)
  expect([origin.requests, origin.connections]).toEqual([0, 0])
  expect((await fetch(`${origin.origin}/x`, { method: 'POST', body: 'secret' })).status).toBe(200)
  expect([origin.requests, origin.connections]).toEqual([1, 1])
  expect(origin.received('POST /x')[0]?.body).toBe('secret')
})
