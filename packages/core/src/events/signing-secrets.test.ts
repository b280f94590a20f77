import { expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { newSigningSecret, rotated, signedHeaders } from './signing-secrets.ts'

// The example of the specification, https://www.standardwebhooks.com, as its libraries test it.
const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
const message = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1614265330,
  body: '{"test": 2432232314}',
}

test('signs as the example of Standard Webhooks does', () => {
  expect(signedHeaders({ current: secret, previous: undefined }, message, 0)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('the secret before a rotation signs besides for a day', () => {
  const next = newSigningSecret({ bytes: (count) => Buffer.alloc(count, 7) })
  const secrets = rotated({ current: secret, previous: undefined }, next, 1000)
  const signatures = (now: number) =>
    signedHeaders(secrets, message, now)['webhook-signature']?.split(' ') ?? []
  expect(signatures(1000)).toHaveLength(2)
  expect(signatures(1000)[1]).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  expect(signatures(1000 + 86_400_000)).toEqual([signatures(1000)[0]])
})
