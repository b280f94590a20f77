import { expect, test } from 'vitest'
import { schemeOf } from '../schemes/index.ts'
import { differencesOf } from './differences.ts'

type Kept = Readonly<Record<string, string>>

/** Of an account whose definition keeps `realm`. */
function differences(before: Kept, after: Kept): readonly string[] {
  const auth = { type: 'oauth2', tokenReply: { keep: { realm: 'callback:realmId' } } }
  const target = { account: { kept: before }, definition: { auth }, scheme: schemeOf({ auth } as never) }
  return differencesOf(target as never, { kept: after } as never)
}

const ann = { idIssuer: 'https://idp.example', idSubject: 'ann' }

test('somebody else is another subject, or the same one of another issuer', () => {
  expect(differences(ann, { ...ann, idSubject: 'bob' })).toEqual(['idSubject'])
  expect(differences(ann, { ...ann, idIssuer: 'https://other.example' })).toEqual(['idIssuer'])
  expect(differences(ann, ann)).toEqual([])
})

test('who is known to be the same may be at another place; where nobody is known, what is kept tells', () => {
  const [one, other] = [{ realm: '1' }, { realm: '2' }]
  expect(differences({ ...ann, ...one }, { ...ann, ...other })).toEqual([])
  expect(differences(one, other)).toEqual(['realm'])
  expect(differences({ ...ann, ...one }, other)).toEqual(['realm'])
  expect(differences(one, one)).toEqual([])
})

test('what is told only once says nothing, nor what no definition keeps', () => {
  expect(differences({}, ann)).toEqual([])
  expect(differences(ann, {})).toEqual([])
  expect(differences({ realm: '1' }, {})).toEqual([])
  expect(differences({ idName: 'Ann', more: '1' }, { idName: 'Bob', more: '2' })).toEqual([])
})
