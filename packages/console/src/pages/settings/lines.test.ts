import { expect, test } from 'vitest'
import { Failure } from '../../api/failure.ts'
import { faultOfLines, linesOf } from './lines.ts'

const refused = (...errors: readonly { path: string; code: string; message: string }[]) =>
  new Failure({
    ...{ type: '', title: '', status: 422, code: 'input_invalid', detail: '', requestId: 'req_1' },
    errors: [...errors],
  })

test('each line is one thing, and empty ones are none', () => {
  expect(linesOf(' a.example \n\n b.example\n')).toEqual(['a.example', 'b.example'])
  expect(linesOf('')).toEqual([])
})

test('what is wrong with a line is told with the line', () => {
  const error = refused(
    { path: '/urls/1', code: 'url', message: 'Give an absolute address.' },
    { path: '/urlsOther/0', code: 'url', message: 'Not this one.' },
  )
  expect(faultOfLines(error, '/urls', 'https://a.example/\n\nb')).toBe('b: Give an absolute address.')
  expect(faultOfLines(refused({ path: '/urls', code: 'long', message: 'Too many.' }), '/urls', '')).toBe(
    'Too many.',
  )
  expect(faultOfLines(new Error('no answer'), '/urls', 'a')).toBeUndefined()
})
