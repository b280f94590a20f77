import { expect, test } from 'vitest'
import { digestAnswer } from './answer.ts'
import { type DigestChallenge, parameterOf, strongestChallenge } from './challenge.ts'

const mufasa = {
  method: 'GET',
  uri: '/dir/index.html',
  username: 'Mufasa',
  password: 'Circle of Life',
  count: 1,
  clientNonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  body: undefined,
}
const both = ['SHA-256', 'MD5']
  .map(
    (algorithm) =>
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
  )
  .join(', ')

function challengeIn(header: string): DigestChallenge {
  const challenge = strongestChallenge(header)
  if (!challenge) throw new Error('no challenge that can be met')
  return challenge
}

const part = (header: string, name: string) => parameterOf(header.replace(/^Digest /, ''), name)

test.each([
  ['MD5', both.slice(both.lastIndexOf('Digest')), '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', both, '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
])('the answer is that of RFC 7616 §3.9.1 for %s', (algorithm, header, response) => {
  const answer = digestAnswer(challengeIn(header), mufasa)
  expect(answer).toBe(
    `Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", response="${response}", algorithm=${algorithm}, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"`,
  )
})

test('a hashed user name and SHA-512-256 are those of RFC 7616 §3.9.2 with erratum 4897', () => {
  const challenge = challengeIn(
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true',
  )
  const answer = digestAnswer(challenge, {
    ...mufasa,
    uri: '/doe.json',
    username: 'J\u00e4s\u00f8n Doe',
    password: 'Secret, or not?',
    clientNonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
  })
  expect(part(answer, 'username')).toBe('793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b')
  expect(part(answer, 'response')).toBe('3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5')
  expect(part(answer, 'userhash')).toBe('true')
})

test('a challenge without qop is answered as RFC 2069 has it', () => {
  const answer = digestAnswer(
    challengeIn('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'),
    {
      ...mufasa,
      password: 'CircleOfLife',
    },
  )
  // RFC 2069 §2.4 with erratum 749.
  expect(part(answer, 'response')).toBe('1949323746fe6a43ef61f9606e7febea')
  expect(['qop', 'nc', 'cnonce', 'algorithm'].map((name) => part(answer, name))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('the strongest challenge is taken, wherever it stands, beside challenges of other schemes', () => {
  const header =
    'Negotiate YWJj=, Basic realm="a, Digest realm=\\"x\\"", Digest realm="r",nonce="1",algorithm=MD5-sess,qop="auth-int,auth" , Digest realm="r", nonce="2", algorithm="sha-512-256", qop=auth, Digest realm="r", nonce="3", algorithm=SHA-256, qop="auth"'
  expect(challengeIn(header)).toMatchObject({ nonce: '2', hash: 'sha512-256', quality: 'auth' })
  const weaker = header.replace('"sha-512-256"', 'SHA-3')
  expect(challengeIn(weaker)).toMatchObject({ nonce: '3', hash: 'sha256' })
  expect(challengeIn(weaker.replace('SHA-256', 'WHIRLPOOL'))).toMatchObject({ nonce: '1', isSession: true })
})

test.each([
  ['Basic realm="x"'],
  ['Digest realm="x"'],
  ['Digest nonce="x"'],
  ['Digest realm="x", nonce="y", algorithm=SHA-1'],
  ['Digest realm="x", nonce="y", qop="token"'],
  ['Digest'],
  [',,, = " Digest'],
  [''],
])('%j holds no challenge that can be met', (header) => {
  expect(strongestChallenge(header)).toBeUndefined()
})

test('auth-int covers the body', () => {
  const challenge = challengeIn('Digest realm="r", nonce="n", qop="auth-int"')
  const responseTo = (body: string | undefined) =>
    part(
      digestAnswer(challenge, { ...mufasa, body: body === undefined ? undefined : Buffer.from(body) }),
      'response',
    )
  expect(responseTo('a')).not.toBe(responseTo('b'))
  expect(responseTo('')).toBe(responseTo(undefined))
  expect(part(digestAnswer(challenge, mufasa), 'qop')).toBe('auth-int')
})

test('a name beyond ASCII is encoded where the server says UTF-8, and sent as bytes where it does not', () => {
  const digest = (more: string) =>
    digestAnswer(challengeIn(`Digest realm="r", nonce="n", qop="auth"${more}`), {
      ...mufasa,
      username: 'J\u00e4 "x"',
    })
  expect(digest(', charset=UTF-8')).toContain("username*=UTF-8''J%C3%A4%20%22x%22, ")
  expect(digest('')).toContain('username="J\xc3\xa4 \\"x\\"", ')
})

test('quotes in what the server wrote come back as they came', () => {
  const answer = digestAnswer(challengeIn('Digest realm="a\\"b\\\\c", nonce="n", qop="auth"'), mufasa)
  expect(answer).toContain('realm="a\\"b\\\\c", ')
  expect(part(answer, 'realm')).toBe('a"b\\c')
})
