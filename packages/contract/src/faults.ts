import type { z } from 'zod'
import type { Fault } from './errors.ts'

/** The faults that a schema found, each with a JSON Pointer (RFC 6901) and a sentence that says what to do. */
export function faultsOf(error: z.ZodError, root = ''): Fault[] {
  return error.issues.flatMap((issue) => faultsOfIssue(issue, root))
}

/** A JSON Pointer (RFC 6901 §3). */
export function pointer(segments: readonly PropertyKey[]): string {
  return segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function faultsOfIssue(issue: z.core.$ZodIssue, root: string): Fault[] {
  const path = root + pointer(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: path + pointer([key]),
        code: 'unknown_field',
        message: 'There is no such field here. Remove it, or check its spelling.',
      }))
    case 'invalid_type':
      return [issue.message.includes('undefined') ? required(path) : wrongType(path, [issue.expected])]
    case 'invalid_value':
      return [notAChoice(path, issue.values)]
    case 'invalid_union':
      return unionFaults(path, issue)
    case 'too_small':
      return [boundFault(path, 'too_small', `at least ${amount(issue.minimum, issue.origin)}`, issue.origin)]
    case 'too_big':
      return [boundFault(path, 'too_big', `at most ${amount(issue.maximum, issue.origin)}`, issue.origin)]
    case 'invalid_key':
      return issue.issues.flatMap((inner) =>
        faultsOfIssue(inner, path).map(({ message }) => ({ path, code: 'invalid_name', message })),
      )
    case 'invalid_format':
      return [{ path, code: 'invalid_format', message: formatMessage(issue) }]
    default:
      return [{ path, code: 'invalid', message: sentence(issue.message) }]
  }
}

function required(path: string): Fault {
  return { path, code: 'required', message: 'This field is required. Give it.' }
}

function wrongType(path: string, expected: readonly string[]): Fault {
  const names = [...new Set(expected.map((type) => typeNames[type] ?? type))]
  return { path, code: 'wrong_type', message: `Give a value of type ${names.join(' or ')} here.` }
}

const typeNames: Readonly<Record<string, string>> = { int: 'whole number', record: 'object' }

function notAChoice(path: string, choices: readonly unknown[]): Fault {
  return { path, code: 'not_a_choice', message: `Give one of: ${choices.join(', ')}.` }
}

/** Of several shapes the one that was meant: what is wrong in it, and not that it is none of the others. */
function unionFaults(path: string, issue: z.core.$ZodIssueInvalidUnion): Fault[] {
  if ('options' in issue && Array.isArray(issue.options)) return [notAChoice(path, issue.options)]
  const meant = issue.errors.find((branch) => !branch.some(isOfAnotherType))
  if (meant) return meant.flatMap((inner) => faultsOfIssue(inner, path))
  const expected = issue.errors.flat().filter(isOfAnotherType)
  return [
    wrongType(
      path,
      expected.map((inner) => inner.expected),
    ),
  ]
}

function isOfAnotherType(issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === 'invalid_type' && issue.path.length === 0
}

/** A number outside of what counts exactly breaks two bounds, of which only its own helps. */
function boundFault(path: string, code: string, bound: string, origin: string): Fault {
  return origin === 'int' ? wrongType(path, ['int']) : { path, code, message: `Give ${bound}.` }
}

function amount(count: number | bigint, origin: string): string {
  const [one, many] = units[origin] ?? []
  return one === undefined ? `${count}` : `${count} ${Number(count) === 1 ? one : many}`
}

const entries = ['entry', 'entries'] as const
const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: entries,
  record: entries,
}

function formatMessage(issue: z.core.$ZodIssueInvalidStringFormat): string {
  return issue.format === 'datetime' ? 'Give a time as 2026-01-31T12:00:00Z.' : sentence(issue.message)
}

/** Our schemas say what is wrong from the verb on: `must be a header name`. */
function sentence(message: string): string {
  const text = /^[a-z]/.test(message) ? `This ${message}` : message
  return text.endsWith('.') ? text : `${text}.`
}
