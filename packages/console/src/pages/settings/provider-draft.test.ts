import { expect, test } from 'vitest'
import { readDocument } from './import-document.ts'
import { draftOf, emptyProvider, providerInput, providerPatch } from './provider-draft.ts'

const provider = {
  ...{ id: 'idp_1', key: 'corp', name: 'Corp', issuer: 'https://login.example.com', clientId: 'c' },
  ...{ scopes: ['email'], allowedEmailDomains: ['a.example', 'b.example'], ssoOnly: false, disabled: false },
  ...{ redirectUri: 'https://x/callback', secretsSet: ['/clientSecret'], createdAt: '', updatedAt: '' },
}

test('a provider that is saved as it is shown stays as it is: no secret goes along, and no role stays none', () => {
  expect(providerPatch(draftOf(provider), '')).toEqual({
    ...{ name: 'Corp', issuer: 'https://login.example.com', clientId: 'c', scopes: ['email'] },
    ...{
      allowedEmailDomains: ['a.example', 'b.example'],
      ssoOnly: false,
      disabled: false,
      defaultRole: null,
    },
  })
})

test('a secret that is given goes along', () => {
  expect(providerPatch(draftOf(provider), 's3cret').clientSecret).toBe('s3cret')
  const draft = { ...emptyProvider, key: 'corp', defaultRole: 'developer', scopes: ' email  groups ' }
  expect(providerInput(draft, 's3cret')).toMatchObject({
    ...{ key: 'corp', defaultRole: 'developer', scopes: ['email', 'groups'], clientSecret: 's3cret' },
  })
})

test('a file that is no export is told from one before anything is sent', () => {
  expect(readDocument('{"format":"sallyport-export-1","dryRun":true,"roles":[]}')).toEqual({
    document: { format: 'sallyport-export-1', roles: [] },
  })
  expect(readDocument('[1]')).toEqual({ fault: expect.stringContaining('no export') })
  expect(readDocument('{"a":')).toEqual({ fault: expect.stringContaining('no JSON') })
})
