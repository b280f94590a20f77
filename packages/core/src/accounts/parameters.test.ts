import { type Definition, IntegrationInput } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { checkParameters } from './parameters.ts'

function definitionWith(...parameters: readonly Record<string, unknown>[]): Definition {
  return IntegrationInput.parse({ key: 'a', name: 'a', auth: { type: 'api_token' }, parameters })
}

function faults(parameters: readonly Record<string, unknown>[], given: Record<string, string>): string[] {
  return checkParameters(definitionWith(...parameters), given).faults.map(
    ({ path, code }) => `${path} ${code}`,
  )
}

describe('checkParameters', () => {
  test('parts values by whether they may be shown, and fills in defaults', () => {
    const definition = definitionWith(
      { name: 'region', default: 'eu' },
      { name: 'team' },
      { name: 'password', secret: true },
      { name: 'unused' },
    )
    const { values, faults } = checkParameters(definition, { team: 't', password: 'p' })
    expect(faults).toEqual([])
    expect(values.visible).toEqual({ region: 'eu', team: 't' })
    expect(Object.keys(values.secret)).toEqual(['password'])
    expect(values.secret.password?.reveal()).toBe('p')
    expect(JSON.stringify(values)).not.toContain('"p"')
  })

  test.each<[parameter: Record<string, unknown>, given: Record<string, string>, found: string[]]>([
    [{ name: 'a' }, {}, []],
    [{ name: 'a', required: true }, {}, ['/parameters/a required']],
    [{ name: 'a', required: true }, { a: '' }, ['/parameters/a required']],
    [{ name: 'a', required: true, default: 'x' }, {}, []],
    [{ name: 'a', required: true, default: 'x' }, { a: '' }, ['/parameters/a required']],
    [{ name: 'a' }, { a: '' }, []],
    [{ name: 'a', choices: ['x', 'y'] }, { a: 'y' }, []],
    [{ name: 'a', choices: ['x', 'y'] }, { a: 'z' }, ['/parameters/a not_a_choice']],
    [{ name: 'a', pattern: '^[a-z]+$' }, { a: 'abc' }, []],
    [{ name: 'a', pattern: '^[a-z]+$' }, { a: 'abc\n' }, ['/parameters/a pattern']],
    [{ name: 'a', pattern: '^\\p{L}+$' }, { a: 'é' }, []],
    [{ name: 'a' }, { b: 'x' }, ['/parameters/b unknown_parameter']],
    [{ name: 'a' }, { A: 'x' }, ['/parameters/A unknown_parameter']],
    [{ name: 'a' }, { 'x/y~z': '' }, ['/parameters/x~1y~0z unknown_parameter']],
    [
      { name: 'a', required: true },
      { toString: 'x' },
      ['/parameters/toString unknown_parameter', '/parameters/a required'],
    ],
  ])('%j given %j has the faults %j', (parameter, given, found) => {
    expect(faults([parameter], given)).toEqual(found)
  })

  test('names called as Object’s own are absent unless given', () => {
    expect(faults([{ name: 'constructor', required: true }], {})).toEqual([
      '/parameters/constructor required',
    ])
    const { values } = checkParameters(definitionWith({ name: 'constructor' }), {})
    expect(Object.keys(values.visible)).toEqual([])
  })

  test('all faults come at once, with the label that a person knows, and never the value', () => {
    const definition = definitionWith(
      { name: 'a', required: true, label: 'Server' },
      { name: 'b', pattern: '^x$', secret: true },
      { name: 'c', choices: ['x', 'y'] },
    )
    const { faults } = checkParameters(definition, { b: 'canary', c: 'canary', d: 'canary' })
    expect(faults.map(({ path }) => path)).toEqual([
      '/parameters/d',
      '/parameters/a',
      '/parameters/b',
      '/parameters/c',
    ])
    expect(faults[1]?.message).toBe('Server is required. Give it.')
    expect(faults[3]?.message).toBe('c takes one of: x, y.')
    expect(JSON.stringify(faults)).not.toContain('canary')
  })
})
