import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

const never = new AbortController().signal

test('so many at once, the others in order, each account by itself', async () => {
  const turns = new Turns({ atOnce: 2 })
  const begun: number[] = []
  const ends = await Promise.all([turns.take('a', never), turns.take('a', never)])
  const later = [1, 2].map(async (number) => {
    const end = await turns.take('a', never)
    begun.push(number)
    return end
  })
  await turns.take('b', never)
  await turn()
  expect(begun).toEqual([])
  ends[0]?.()
  ends[0]?.()
  await turn()
  expect(begun).toEqual([1])
  ;(await later[0])?.()
  await later[1]
  expect(begun).toEqual([1, 2])
})

test('who leaves gives the place up; too many are told so', async () => {
  const turns = new Turns({ atOnce: 1, mostWaiting: 1 })
  const end = await turns.take('a', never)
  const leaving = new AbortController()
  const left = turns.take('a', leaving.signal)
  await expect(turns.take('a', never)).rejects.toMatchObject({ code: 'limit_reached' })
  leaving.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  const next = turns.take('a', never)
  end()
  expect(await next).toBeTypeOf('function')
})
