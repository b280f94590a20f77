import { expect, test } from 'vitest'
import { timeInId } from './time-in-id.ts'

test('the id of a record tells its moment; anything else tells none', () => {
  expect(timeInId(`evt_${(1_790_000_000_000).toString(36).padStart(9, '0')}0000abc`)).toBe(1_790_000_000_000)
  for (const id of ['evt_none', '', 'evt_', 'EVT_0mx32fvtp0', '../..'])
    expect(timeInId(id), id).toBeUndefined()
})
