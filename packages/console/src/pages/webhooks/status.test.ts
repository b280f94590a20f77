import type { DeliveryReply, WebhookReply } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { eventsInWords } from './event-choice.ts'
import { attemptWords, reasonWords } from './status.ts'

test('a webhook that fails or was switched off says why, and what to do', () => {
  const words = (status: WebhookReply['status'], reason?: string) =>
    reasonWords({ status, ...(reason !== undefined && { reason }) } as WebhookReply)
  expect(words('active')).toBeUndefined()
  expect(words('disabled', 'gone')).toContain('410')
  expect(words('disabled', 'quarantined')).toContain('copy of a database')
  expect(words('failing', 'upstream_timeout')).toContain('upstream_timeout')
})

test('an attempt says what it was answered, or why there was no answer', () => {
  const words = (delivery: Partial<DeliveryReply>) => attemptWords(delivery as DeliveryReply)
  expect(words({ response: { status: 500 }, error: 'status_500' })).toBe('answered 500')
  expect(words({ error: 'upstream_unreachable' })).toBe('upstream_unreachable')
  expect(words({})).toBe('not tried yet')
})

test('what a webhook is told of is listed while that is short', () => {
  expect(eventsInWords(undefined)).toBe('all that happens to accounts')
  expect(eventsInWords(['audit.entry', 'account.failing'])).toBe('audit.entry, account.failing')
  expect(eventsInWords(['audit.entry', 'audit.checkpoint', 'account.failing', 'account.recovered'])).toBe(
    '4 types',
  )
})
