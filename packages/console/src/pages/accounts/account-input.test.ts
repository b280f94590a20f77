import { expect, test } from 'vitest'
import { filled, pathsOf } from './account-input.ts'

test('what was left empty is not sent, so that it is told as missing and not as malformed', () => {
  expect(filled({ a: 'x', b: '', c: ' ' })).toEqual({ a: 'x', c: ' ' })
  expect(filled({})).toBeUndefined()
  expect(filled({ a: '' })).toBeUndefined()
})

test('faults stand beside the fields that there are', () => {
  const field = { label: '', required: true, multiline: false, shown: false }
  const form = {
    parameters: [{ name: 'region' }],
    secret: [{ ...field, name: 'token' }],
    tokens: [{ ...field, name: 'accessToken' }],
  }
  expect(pathsOf(form)).toEqual([
    ...['/integration', '/environment', '/name'],
    ...['/parameters/region', '/secret/token', '/secret/accessToken'],
  ])
})
