import { definitionSchemas, type FormSchema } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { entries, samples } from './definitions.suite.ts'
import { type Draft, isObject, isSame, segmentsOf, within, withValue } from './draft.ts'
import { type Control, controlOf, schemaAt, variantOf } from './field.ts'
import { clientFrom, integrationFrom } from './from-entry.ts'
import { patched } from './merge-patch.ts'
import { isAlready, jsonOf, linesOf, mapOf, numberOf, rowsOf } from './texts.ts'
import { bodyOfNew, definitionOf, patchOfChange, withoutSecrets, withSecretsOf } from './written.ts'

const { integration, oauthClient } = definitionSchemas()
const schema = integration.input

/** Each value that one control shows, with its schema. */
function shown(
  part: FormSchema,
  value: unknown,
  pointer = '',
): [string, FormSchema, Control['kind'], unknown][] {
  const control = controlOf(part)
  if (control.kind === 'variants') {
    const variant = variantOf(control.variants, value)
    return variant ? shown(variant, value, pointer) : [[pointer, part, 'json', undefined]]
  }
  if (control.kind === 'items') {
    if (!Array.isArray(value)) return shown(control.item, value, pointer)
    return value.flatMap((each, index) => shown(control.item, each, within(pointer, index)))
  }
  if (control.kind !== 'group') return [[pointer, part, control.kind, value]]
  return Object.entries(isObject(value) ? value : {}).flatMap(([name, inner]) => {
    const place = within(pointer, name)
    const found = schemaAt(part, value, [name])
    expect(found, `${place} has a place in the form`).toBeDefined()
    return found ? shown(found, inner, place) : []
  })
}

/** What is read back from what a control shows. */
const readBack: Readonly<Record<Control['kind'], (value: unknown) => unknown>> = {
  ...{ text: String, secret: String, choice: String, reference: String },
  number: (value) => numberOf(String(value)),
  numberOrText: (value) => numberOf(String(value)),
  flag: (value) => value === true,
  list: (value) => linesOf((value as unknown[]).map(String).join('\n')).map((line) => numberOf(line)),
  map: (value) => mapOf(rowsOf(value as Draft)) ?? {},
  json: (value) => {
    const read = jsonOf(JSON.stringify(value, null, 2))
    return 'value' in read ? read.value : undefined
  },
  ...{ secrets: (value) => value, fixed: (value) => value, group: (value) => value },
  ...{ items: (value) => value, variants: (value) => value },
}

const definitions = [
  ...entries.map(({ id, name, definition }) => [id, { key: 'x', name, ...definition } as Draft] as const),
  ...samples.map((definition) => [`sample ${definition.key}`, definition] as const),
]

describe('every entry of the catalogue and one definition of each type', () => {
  const places = definitions.flatMap(([id, definition]) =>
    shown(schema, definition).map((each) => [id, ...each] as const),
  )

  test('each member has a place, and is read back as it was written', () => {
    for (const [id, pointer, part, kind, value] of places) {
      const numbers = kind === 'list' && part.items && controlOf(part.items).kind !== 'number'
      const read = readBack[kind](value)
      expect(numbers ? (read as unknown[]).map(String) : read, `${id} ${pointer}`).toEqual(value)
    }
  })

  test('as a reply shows it, what was not touched is not sent', () => {
    for (const [, definition] of definitions) {
      const reply = { id: 'int_1', ...definition, secretsSet: [], warnings: [], createdAt: '', updatedAt: '' }
      const before = definitionOf(reply, integration.replyOnly)
      expect(before).toEqual(definition)
      const change = (draft: Draft) => patchOfChange(schema, { before, draft, secretsSet: [] })
      expect(change(before)).toEqual({ patch: {}, isWhole: true })
      const renamed = withValue(before, '/name', 'Another')
      expect(change(renamed)).toEqual({ patch: { name: 'Another' }, isWhole: true })
      const without = withValue(before, '/auth', undefined)
      expect(patched(before, change(without).patch)).toEqual(without)
    }
  })

  test('as JSON and back, nothing is lost, nor any secret shown', () => {
    for (const [, definition] of definitions) {
      const draft = withValue(definition, '/tls/privateKey', 'a private key')
      const text = JSON.stringify(withoutSecrets(schema, draft))
      expect(text).not.toContain('a private key')
      expect(withSecretsOf(schema, draft, JSON.parse(text))).toEqual(draft)
    }
  })
})

describe('what is made from an entry', () => {
  const clients = entries.filter(({ definition }) => definition.auth.type === 'oauth2')

  test.each([
    ['an integration', entries, integrationFrom, schema],
    ['an OAuth client', clients, clientFrom, oauthClient.input],
  ] as const)('%s says only what is otherwise, and becomes the very draft', (_, from, fromEntry, input) => {
    for (const entry of from) {
      const base = fromEntry(entry)
      const draft = withValue({ ...base, key: 'mine' }, '/hosts', ['api.example.com'])
      const body = bodyOfNew(input, draft, { base, version: entry.version })
      expect(Object.keys(body).sort(), entry.id).toEqual(
        isSame(base.hosts, draft.hosts) ? ['key', 'provider'] : ['hosts', 'key', 'provider'],
      )
      expect(patched(base, body), entry.id).toEqual(draft)
    }
  })

  test('it is sent whole, as a copy, where a merge could not say it', () => {
    const [entry] = clients
    if (!entry) throw new Error('The catalogue has no OAuth 2.0.')
    const base = integrationFrom(entry)
    const draft = withValue({ ...base, key: 'mine' }, '/auth/authorizationNames', { response_type: null })
    const body = bodyOfNew(schema, draft, { base, version: entry.version })
    expect(body).toEqual({ ...draft, providerVersion: entry.version })
  })
})

describe('secrets', () => {
  const before = { key: 'x', name: 'X', auth: { type: 'oauth2', clientId: 'id' } }
  const secretsSet = ['/auth/clientSecret', '/auth/jwt/privateKey']
  const patchOf = (draft: Draft) => patchOfChange(schema, { before, draft, secretsSet }).patch

  test('are sent where they were typed, and null where one is to go; else nothing is said of them', () => {
    expect(patchOf(withValue(before, '/auth/clientSecret', 'new'))).toEqual({ auth: { clientSecret: 'new' } })
    expect(patchOf(withValue(before, '/auth/clientSecret', null))).toEqual({ auth: { clientSecret: null } })
    expect(patchOf(withValue(before, '/name', 'Y'))).toEqual({ name: 'Y' })
  })

  test('of a type that is left go with it', () => {
    expect(patchOf({ ...before, auth: { type: 'basic' } })).toEqual({
      auth: { type: 'basic', clientId: null, clientSecret: null },
    })
  })

  test('a change that cannot be said is told', () => {
    const draft = withValue(before, '/auth/authorizationNames', { state: null })
    expect(patchOfChange(schema, { before, draft, secretsSet: [] }).isWhole).toBe(false)
  })
})

test('what is typed is not replaced by what it says', () => {
  expect([isAlready('{ "a":1 }', JSON.stringify({ a: 1 }, null, 2)), isAlready('{"a":', '{}')]).toEqual([
    true,
    true,
  ])
  expect(isAlready('{"a":1}', '{}')).toBe(false)
  expect(segmentsOf('/a~1b/0')).toEqual(['a/b', '0'])
})
