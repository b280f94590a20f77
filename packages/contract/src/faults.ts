import type { z } from 'zod'
import type { Fault } from './errors.ts'

/** The faults that a schema found, each with a JSON Pointer (RFC 6901) and a sentence that says what to do. */
export function faultsOf(error: z.ZodError, root = ''): Fault[] {
  return error.issues.flatMap((issue) => faultsOfIssue(issue, root))
}

/** A JSON Pointer (RFC 6901 §3). */
export function pointer(segments: readonly PropertyKey[]): string {
  return segments
    .map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
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
      return [issue.input === undefined && issue.message.includes('undefined') ? required(path) : wrongType(path, issue)]
    case 'invalid_value':
      return [{ path, code: 'not_a_choice', message: `Give one of: ${issue.values.join(', ')}.` }]
    case 'invalid_union':
      return [unionFault(path, issue)]
    case 'too_small':
      return [{ path, code: 'too_small', message: `Give at least ${issue.minimum} ${unit(issue.origin)}.` }]
    case 'too_big':
      return [{ path, code: 'too_big', message: `Give at most ${issue.maximum} ${unit(issue.origin)}.` }]
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path, code: 'invalid_name', message: sentence(inner.message) }))
    case 'invalid_format':
      return [{ path, code: 'invalid_format', message: sentence(issue.message) }]
    default:
      return [{ path, code: 'invalid', message: sentence(issue.message) }]
  }
}

function required(path: string): Fault {
  return { path, code: 'required', message: 'This field is required. Give it.' }
}

function wrongType(path: string, issue: z.core.$ZodIssueInvalidType): Fault {
  return { path, code: 'wrong_type', message: `Give a value of type ${issue.expected} here.` }
}

function unionFault(path: string, issue: z.core.$ZodIssueInvalidUnion): Fault {
  const choices = 'options' in issue && Array.isArray(issue.options) ? issue.options.join(', ') : undefined
  return choices
    ? { path, code: 'not_a_choice', message: `Give one of: ${choices}.` }
    : { path, code: 'wrong_type', message: 'The value has none of the shapes that this field takes.' }
}

function unit(origin: string): string {
  return origin === 'string' ? 'characters' : origin === 'array' || origin === 'record' ? 'entries' : ''
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return text.endsWith('.') ? text : `${text}.`
}
