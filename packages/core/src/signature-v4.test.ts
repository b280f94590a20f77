import { describe, expect, test } from 'vitest'
import { type SigningInput, signedHeaders } from './signature-v4.ts'

const example: SigningInput = {
  method: 'GET',
  host: 'example.amazonaws.com',
  path: '/',
  headers: [],
  body: undefined,
  region: 'us-east-1',
  service: 'service',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
  now: Date.parse('2015-08-30T12:36:00Z'),
}

function authorization(change: Partial<SigningInput>): string {
  return new Map(signedHeaders({ ...example, ...change })).get('authorization') ?? ''
}

const signature = (change: Partial<SigningInput>) => authorization(change).replace(/^.*Signature=/, '')

describe('signatures are those that AWS publishes', () => {
  test.each<[name: string, change: Partial<SigningInput>, expected: string]>([
    ['a plain request', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['a plain POST', { method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'a query out of order',
      { path: '/?Param2=value2&Param1=value1' },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'a list of users, by the documentation',
      {
        host: 'iam.amazonaws.com',
        path: '/?Action=ListUsers&Version=2010-05-08',
        service: 'iam',
        headers: ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
      },
      '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    ],
    [
      'a part of an object, by the documentation',
      {
        host: 'examplebucket.s3.amazonaws.com',
        path: '/test.txt',
        service: 's3',
        headers: ['Range', 'bytes=0-9'],
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        now: Date.parse('2013-05-24T00:00:00Z'),
      },
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
  ])('%s', (_, change, expected) => {
    expect(signature(change)).toBe(expected)
  })
})

describe('a signature', () => {
  test('names what it covers, and never the secret', () => {
    const header = authorization({
      headers: ['X-Amz-Target', 'a', 'User-Agent', 'b', 'Content-Type', 'text/plain'],
    })
    expect(header).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-target,')
    expect(header).not.toContain(example.secretAccessKey)
  })

  test('covers the body, the region, the service and the session', () => {
    const all = [
      {},
      { body: Buffer.from('x') },
      { region: 'eu-west-1' },
      { service: 'other' },
      { sessionToken: 'session' },
      { path: '/a%20b' },
    ].map(signature)
    expect(new Set(all).size).toBe(all.length)
  })

  test('of an object that is not read says so', () => {
    const headers = new Map(signedHeaders({ ...example, service: 's3', body: 'unread' }))
    expect(headers.get('x-amz-content-sha256')).toBe('UNSIGNED-PAYLOAD')
  })

  test('does not take a time or a session from the caller', () => {
    const headers = ['X-Amz-Date', '20000101T000000Z']
    expect(signature({ headers })).toBe(signature({}))
  })
})
