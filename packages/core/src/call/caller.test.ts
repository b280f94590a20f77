import { expect, test } from 'vitest'
import { Caller } from './caller.ts'

test('whoever asked last is told when the caller leaves', () => {
  const caller = new Caller()
  const told: string[] = []
  caller.onLeave(() => told.push('first'))
  caller.onLeave(() => told.push('second'))
  expect(caller.isGone).toBe(false)
  caller.leave()
  expect(told).toEqual(['second'])
  expect(caller.isGone).toBe(true)
})

test('an attempt that ends late does not take the next one its notice', () => {
  const caller = new Caller()
  const told: string[] = []
  const first = () => told.push('first')
  caller.onLeave(first)
  caller.onLeave(() => told.push('second'))
  caller.forget(first)
  caller.leave()
  expect(told).toEqual(['second'])
})

test('nobody is told who wants to be no longer', () => {
  const caller = new Caller()
  const told: string[] = []
  const only = () => told.push('only')
  caller.onLeave(only)
  caller.forget(only)
  caller.leave()
  expect(told).toEqual([])
})
