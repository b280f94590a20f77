import { fakeClock } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import type { IntegrationRecord, News } from '../ports.ts'
import { Breakers } from './breakers.ts'

const integration = { organizationId: 'org_a', id: 'int_a', key: 'api', version: 1 } as IntegrationRecord
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const failed = { kind: 'failed' } as const

/** Processes of one node that tell each other all they see. */
function processes(count: number) {
  const clock = fakeClock()
  const all: Breakers[] = []
  const hear = (from: number) => (news: News) => {
    // As it arrives there: JSON.
    const heard = JSON.parse(JSON.stringify(news)) as News
    if (heard.kind !== 'breaker') return
    for (const [index, breakers] of all.entries()) if (index !== from) breakers.hear(heard)
  }
  for (let index = 0; index < count; index += 1) all.push(new Breakers({ clock, log, tell: hear(index) }))
  const pauses = () => all.map((breakers) => breakers.of(integration).pauseLeft(clock.now()))
  return { all, clock, pauses }
}

test('failures count together, whichever process of a node sees them, and pause all of them', () => {
  const { all, pauses } = processes(4)
  for (let count = 0; count < 19; count += 1) all[count % 4]?.ended(integration, `acc_${count}`, failed)
  expect(pauses()).toEqual([0, 0, 0, 0])
  all[0]?.ended(integration, 'acc_19', failed)
  expect(pauses()).toEqual([5000, 5000, 5000, 5000])
})

test('one process of a node probes, and all go on when it succeeds', () => {
  const { all, clock, pauses } = processes(3)
  const [first, second] = all
  for (let count = 0; count < 20; count += 1) first?.ended(integration, `acc_${count}`, failed)
  clock.advance(5000)
  const permitted = all.map((breakers, index) => breakers.permit(integration, `acc_${index}`, false))
  expect(permitted).toEqual([true, false, false])
  first?.ended(integration, 'acc_0', { kind: 'answered' })
  expect(pauses()).toEqual([0, 0, 0])
  expect(second?.permit(integration, 'acc_1', false)).toBe(true)
})

test('a probe that was not sent after all may be sent by another process', () => {
  const { all, clock } = processes(2)
  for (let count = 0; count < 20; count += 1) all[0]?.ended(integration, `acc_${count}`, failed)
  clock.advance(5000)
  expect(all[0]?.permit(integration, 'acc_0', false)).toBe(true)
  expect(all[1]?.permit(integration, 'acc_1', false)).toBe(false)
  all[0]?.release(integration, 'acc_0')
  expect(all[1]?.permit(integration, 'acc_1', false)).toBe(true)
})
