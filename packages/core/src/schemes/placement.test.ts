import { describe, expect, test } from 'vitest'
import { placementTemplate, placeValues } from './placement.ts'

describe('placementTemplate', () => {
  test('is a bearer token in a header, and the bare token in a query', () => {
    expect(placementTemplate({ in: 'header' })).toBe('Bearer {token}')
    expect(placementTemplate({ in: 'query', name: 'k' })).toBe('{token}')
    expect(placementTemplate({ in: 'header', template: '' })).toBe('')
  })
})

describe('placeValues', () => {
  const values = { token: 't&1', 'secret.token': 's', user: 'u' }

  test('puts each value where it belongs, in order', () => {
    expect(
      placeValues(
        [
          { in: 'header' },
          { in: 'header', name: 'X-Key', template: '{user}/{secret.token}' },
          { in: 'query', name: 'k' },
          { in: 'query', name: 'l', template: 'Key {{token}}' },
        ],
        values,
      ),
    ).toEqual({
      headers: [
        ['Authorization', 'Bearer t&1'],
        ['X-Key', 'u/s'],
      ],
      query: [
        ['k', 't&1'],
        ['l', 'Key {token}'],
      ],
    })
  })

  test.each(['a\r\nX-Evil: 1', 'a\nb', 'a\0b', 'é', 'a\u007f'])('a header never holds %j', (token) => {
    expect(() => placeValues([{ in: 'header' }], { token })).toThrow(
      expect.objectContaining({ code: 'input_invalid' }),
    )
  })

  test('a placeholder in a value stays text', () => {
    expect(
      placeValues([{ in: 'header', template: '{token}' }], { token: '{user}', user: 'u' }).headers,
    ).toEqual([['Authorization', '{user}']])
  })

  test('a value that is missing is the account’s lack', () => {
    expect(() => placeValues([{ in: 'header' }], {})).toThrow(
      expect.objectContaining({ code: 'account_incomplete' }),
    )
  })
})
