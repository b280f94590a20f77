import { expect, test } from 'vitest'
import type { Reading } from './readings.ts'
import { faultsOf } from './verdict.ts'

const minutes = 15 * 12

/** What a soak reads each five seconds, by how far it has come (0 to 1). */
function soak(resident: (share: number) => number, heap: (share: number) => number): Reading[] {
  return Array.from({ length: minutes }, (_, index) =>
    reading(resident(index / minutes), heap(index / minutes)),
  )
}

function reading(residentMegabytes: number, heapMegabytes: number, sockets = 5): Reading {
  return { at: 0, residentMegabytes, heapMegabytes, sockets, handles: sockets + 20 }
}

const idle = reading(200, 40)
/** Fills up and is collected, again and again. */
const saw = (share: number) => 40 + ((share * 1_000) % 20)

test('memory that fills up and is collected is flat, also where it grew at first', () => {
  expect(
    faultsOf(
      soak((share) => 150 + Math.min(share, 0.2) * 300 + saw(share), saw),
      idle,
      idle,
    ),
  ).toEqual([])
})

test('memory that goes on growing is not', () => {
  const leaking = soak(
    (share) => 200 + share * 60,
    (share) => 40 + share * 30,
  )
  expect(faultsOf(leaking, idle, idle)).toEqual([
    'resident memory grew from 222 to 252 MB',
    'what the heap keeps grew from 51 to 66 MB',
  ])
})

test('sockets that are left are told, and those that a start leaves open are not', () => {
  const flat = soak(
    () => 200,
    () => 40,
  )
  expect(faultsOf(flat, idle, reading(200, 40, 30))).toEqual([
    '30 sockets are left, where there were 5',
    '50 handles are left, where there were 25',
  ])
  expect(faultsOf(flat, idle, reading(200, 40, 8))).toEqual([])
})
