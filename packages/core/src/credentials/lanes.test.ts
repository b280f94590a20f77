import { expect, test } from 'vitest'
import { Lanes } from './lanes.ts'

const lane = (integrationId: string) => ({ organizationId: 'org_a', integrationId })
type Lane = ReturnType<typeof lane>
const keyOf = ({ integrationId }: Lane) => integrationId
const keys = (lanes: readonly { readonly integrationId: string }[]) =>
  lanes.map(({ integrationId }) => integrationId).join('')
const [a, b, c] = [lane('a'), lane('b'), lane('c')]

function begin(lanes: Lanes<Lane>, which: Lane, count: number) {
  for (let index = 0; index < count; index += 1) lanes.began(which)
}

test('lanes have their turns: who was served longest ago is next', () => {
  const lanes = new Lanes(100, keyOf)
  expect(keys(lanes.inTurn([a, b, c]))).toBe('abc')
  lanes.served(a)
  expect(keys(lanes.inTurn([a, b, c]))).toBe('bca')
  lanes.served(b)
  lanes.served(c)
  lanes.served(a)
  expect(keys(lanes.inTurn([a, b, c]))).toBe('bca')
  // Who had nothing to do for a while does not wait for that.
  expect(keys(lanes.inTurn([b, c]))).toBe('bc')
  expect(keys(lanes.inTurn([a, b, c]))).toBe('abc')
})

test('a lane that is alone leaves room for one that comes', () => {
  const lanes = new Lanes(100, keyOf)
  expect(lanes.roomOf(a, [a])).toBe(50)
  begin(lanes, a, 50)
  expect(lanes.roomOf(a, [a])).toBe(0)
  expect(lanes.roomOf(b, [a, b])).toBe(33)
  begin(lanes, b, 33)
  expect([lanes.roomOf(a, [a, b, c]), lanes.roomOf(c, [a, b, c])]).toEqual([0, 17])
  expect(lanes.underWay).toBe(83)
  for (let index = 0; index < 50; index += 1) lanes.ended(a)
  expect([lanes.roomOf(a, [a, b, c]), lanes.underWay]).toEqual([25, 33])
})

test('of more lanes than there is room for, each gets one, as long as there is room', () => {
  const lanes = new Lanes(3, keyOf)
  const many = ['a', 'b', 'c', 'd', 'e'].map(lane)
  const begun = many.filter((each) => {
    const room = lanes.roomOf(each, many)
    begin(lanes, each, room)
    return room > 0
  })
  expect([keys(begun), lanes.underWay]).toEqual(['abc', 3])
})
