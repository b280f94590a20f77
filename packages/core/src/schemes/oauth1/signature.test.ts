import { describe, expect, test } from 'vitest'
import { authorizationHeader, baseString, encoded } from './signature.ts'

/** The example of RFC 5849 §3.4.1.1. */
const example = {
  method: 'post',
  origin: 'http://example.com',
  path: '/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b',
  form: 'c2&a3=2+q',
}
const protocol = [
  ['oauth_consumer_key', '9djdj82h48djs9d2'],
  ['oauth_token', 'kkk9d7dh3k39sjv7'],
  ['oauth_signature_method', 'HMAC-SHA1'],
  ['oauth_timestamp', '137131201'],
  ['oauth_nonce', '7d8f3e4a'],
] as const

test('the base string is that of RFC 5849 §3.4.1.1', () => {
  expect(baseString(example, protocol)).toBe(
    'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D' +
      '%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1' +
      '%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
  )
})

describe('the header', () => {
  const keys = { consumerSecret: 'kd94hf93k423kf44', privateKey: undefined, tokenSecret: 'pfkkdhi9sl3r4s00' }
  // The example of OAuth Core 1.0a, appendix A.5.
  const photos = {
    method: 'GET',
    origin: 'http://photos.example.net',
    path: '/photos?file=vacation.jpg&size=original',
    form: '',
  }
  const parameters = [
    ['oauth_consumer_key', 'dpf43f3p2l4k3l03'],
    ['oauth_token', 'nnch734d00sl2jdk'],
    ['oauth_timestamp', '1191242096'],
    ['oauth_nonce', 'kllo9940pd9333jh'],
    ['oauth_version', '1.0'],
  ] as const

  test('is signed as OAuth Core 1.0a, appendix A.5, has it', () => {
    const header = authorizationHeader('HMAC-SHA1', photos, parameters, keys, 'http://photos.example.net/')
    expect(header).toMatch(
      /^OAuth realm="http:\/\/photos\.example\.net\/", oauth_consumer_key="dpf43f3p2l4k3l03"/,
    )
    expect(header).toContain('oauth_signature="tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D"')
  })

  test('of PLAINTEXT is both secrets, encoded', () => {
    const header = authorizationHeader(
      'PLAINTEXT',
      photos,
      parameters,
      { ...keys, consumerSecret: 'a&b' },
      undefined,
    )
    expect(header).toContain('oauth_signature="a%2526b%26pfkkdhi9sl3r4s00"')
    expect(header).toMatch(/^OAuth oauth_/)
  })
})

test('everything but the unreserved characters is encoded (RFC 5849 §3.6)', () => {
  expect(encoded("abc-._~ !'()*&=é")).toBe('abc-._~%20%21%27%28%29%2A%26%3D%C3%A9')
})
