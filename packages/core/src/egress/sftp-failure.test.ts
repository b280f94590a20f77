import { expect, test } from 'vitest'
import { SallyportError } from '../error.ts'
import { sftpFailure } from './sftp-failure.ts'

test.each([
  [2, 'file_not_found'],
  [3, 'permission_denied'],
  [4, 'file_operation_failed'],
  [6, 'upstream_unreachable'],
  [8, 'file_operation_failed'],
  [12, 'permission_denied'],
  [14, 'disk_full'],
  [15, 'disk_full'],
  [18, 'folder_not_empty'],
  [99, 'file_operation_failed'],
])('status %i is %s, without the words of the server', (code, expected) => {
  const failure = sftpFailure(Object.assign(new Error('words of the server'), { code }))
  expect([failure.code, failure.detail]).toEqual([expected, `sftp status ${code}`])
  expect(`${failure.message} ${failure.detail}`).not.toContain('words of the server')
})

test('what is no status is a connection that broke, and ours stays ours', () => {
  expect(sftpFailure(new Error('No response from server')).code).toBe('upstream_unreachable')
  const own = new SallyportError('limit_reached')
  expect(sftpFailure(own)).toBe(own)
})
