import { type Definition, IntegrationInput } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { splitSecrets, valueAt, withSecrets } from './secrets.ts'

function oauth2(auth: Readonly<Record<string, unknown>>): Definition {
  return IntegrationInput.parse({ key: 'a', name: 'a', auth: { type: 'oauth2', clientId: 'id', ...auth } })
}

describe('a definition’s secrets', () => {
  test('are taken out of what may be shown, and put back where they were', () => {
    const definition = oauth2({ clientSecret: 'canary' })
    const { visible, secrets } = splitSecrets(definition)
    expect(JSON.stringify(visible)).not.toContain('canary')
    expect(visible.auth).not.toHaveProperty('clientSecret')
    expect(Object.keys(secrets)).toEqual(['/auth/clientSecret'])
    expect(secrets['/auth/clientSecret']?.reveal()).toBe('canary')
    expect(withSecrets(visible, secrets)).toEqual(definition)
  })

  test('the definition itself is left as it was', () => {
    const definition = oauth2({ clientSecret: 'canary' })
    const { visible, secrets } = splitSecrets(definition)
    withSecrets(visible, secrets)
    expect(definition.auth).toHaveProperty('clientSecret', 'canary')
    expect(visible.auth).not.toHaveProperty('clientSecret')
  })

  test('a list of them is taken out whole, and put back in its order', () => {
    const definition = oauth2({ clientSecrets: ['new canary', 'old canary'] })
    const { visible, secrets } = splitSecrets(definition)
    expect(visible.auth).not.toHaveProperty('clientSecrets')
    expect(Object.keys(secrets)).toEqual(['/auth/clientSecrets/0', '/auth/clientSecrets/1'])
    expect(withSecrets(visible, secrets)).toEqual(definition)
  })

  test.each([{}, { clientSecret: '' }])('an absent or empty one is none: %j', (auth) => {
    const { visible, secrets } = splitSecrets(oauth2(auth))
    expect(secrets).toEqual({})
    expect(visible.auth).not.toHaveProperty('clientSecret')
  })

  test('types without secrets have none', () => {
    const definition = IntegrationInput.parse({
      key: 'a',
      name: 'a',
      auth: { type: 'basic', password: '{p}' },
    })
    expect(splitSecrets(definition)).toEqual({ visible: definition, secrets: {} })
  })
})

describe('valueAt', () => {
  const root = { auth: { clientSecret: 's', none: null }, list: [{ a: 1 }] }
  test.each([
    ['/auth/clientSecret', 's'],
    ['/auth/none', null],
    ['/auth/other', undefined],
    ['/auth/clientSecret/deeper', undefined],
    ['/list/0/a', 1],
    ['/absent/x', undefined],
    ['/auth/toString', undefined],
  ])('%s is %j', (path, value) => {
    expect(valueAt(root, path)).toBe(value)
  })

  test.each<[value: unknown]>([[undefined], [null], [5], ['text'], [[]]])(
    'of %j there is nothing',
    (value) => {
      expect(valueAt(value, '/auth/clientSecret')).toBeUndefined()
    },
  )
})
