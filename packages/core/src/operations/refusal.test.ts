import { expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import type { CalledAccount } from './called-account.ts'
import { refusal } from './refusal.ts'

test('what an API says of a request is told without the credential, in the form in which it was sent', () => {
  const pair = Buffer.from('ann:a-password').toString('base64')
  const target = {
    prepared: {
      headers: ['X-Version', 'of-the-definition', 'Authorization', `Basic ${pair}`],
      credentialNames: { headers: new Set(['authorization']) },
    },
    connection: { definitionSecrets: {} },
    credential: { secret: { password: new Secret('a-password') }, parameters: {}, tokens: undefined },
  }
  const body = Buffer.from(`{"sent": "Basic ${pair}", "of": "${pair}", "version": "of-the-definition"}`)
  const account = { name: 'acc_1', target } as unknown as CalledAccount
  expect(refusal({ status: 400, headers: {}, body }, account).upstream).toEqual({
    status: 400,
    body: { sent: '[secret]', of: '[secret]', version: 'of-the-definition' },
  })
})
