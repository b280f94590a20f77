import { errors } from '@sallyport/contract'
import { invalid, SallyportError } from '@sallyport/core'
import { describe, expect, test } from 'vitest'
import { problemReply } from './problem.ts'

const publicUrl = 'https://passage.example'

describe('problemReply', () => {
  test('tells a failure in the words of the table, with a link to its page', () => {
    expect(problemReply(publicUrl, new SallyportError('not_found'), 'req_1')).toEqual({
      status: 404,
      headers: {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'sallyport-request-id': 'req_1',
      },
      body: {
        type: 'https://passage.example/errors/not_found',
        title: errors.not_found.title,
        status: 404,
        code: 'not_found',
        detail: errors.not_found.message,
        requestId: 'req_1',
      },
    })
  })

  test('names every fault of an input', () => {
    const faults = [
      { path: '/key', code: 'required', message: 'Give it.' },
      { path: '/name', code: 'too_big', message: 'Shorten it.' },
    ]
    const { status, body } = problemReply(publicUrl, invalid('definition_invalid', faults), 'req_1')
    expect(status).toBe(422)
    expect(body.errors).toEqual(faults)
  })

  test('names the accounts that stand in the way', () => {
    const accounts = [{ id: 'acc_1', name: 'Ours' }]
    const { body } = problemReply(publicUrl, new SallyportError('integration_in_use', { accounts }), 'req_1')
    expect(body.accounts).toEqual(accounts)
  })

  test('says when to try again, now included', () => {
    const at = (seconds: number) =>
      problemReply(publicUrl, new SallyportError('renewal_unavailable', { retryAfterSeconds: seconds }), 'r')
        .headers
    expect(at(30)['retry-after']).toBe('30')
    expect(at(0)['retry-after']).toBe('0')
  })

  test('a refused key is told which scheme to use', () => {
    const { headers, status } = problemReply(publicUrl, new SallyportError('key_invalid'), 'r')
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer'])
  })

  test('the message of the case stands in place of the table’s, and the log’s detail stays out', () => {
    const failure = new SallyportError('token_refused', {
      message: 'The provider refused: invalid_client.',
      detail: 'for the log',
      cause: new Error('for the log too'),
    })
    const { body } = problemReply(publicUrl, failure, 'r')
    expect(body.detail).toBe('The provider refused: invalid_client.')
    expect(JSON.stringify(body)).not.toContain('for the log')
  })

  test.each([
    ['an error of the platform', new TypeError('canary at /srv/app.js:1')],
    ['a thrown text', 'canary'],
    ['nothing', undefined],
    ['what only looks like ours', { code: 'not_found', status: 404, message: 'canary' }],
  ])('%s is internal, and says no more', (_, thrown) => {
    const { status, body } = problemReply(publicUrl, thrown, 'req_1')
    expect([status, body.code, body.detail]).toEqual([500, 'internal', errors.internal.message])
    expect(JSON.stringify(body)).not.toContain('canary')
  })
})
