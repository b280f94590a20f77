import { readdirSync, readFileSync } from 'node:fs'
import {
  openFields,
  type Parameter,
  ProviderEntry,
  type ProviderSummary,
  summaryOf,
} from '@sallyport/contract'
import { checkDefinition, definitionFrom, SallyportError } from '@sallyport/core'
import { expect, test } from 'vitest'
import { isLinear } from './linear-pattern.suite.ts'
import type { UnusableProvider } from './unusable.ts'

const folder = new URL('../', import.meta.url)
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
const files = readdirSync(new URL('providers', folder)).sort()
const entries = files.map((file) => read(`providers/${file}`) as ProviderEntry)
const unusable = read('unusable.json') as UnusableProvider[]

/** Nothing beyond the public Internet. */
const policy = { allowedPrivate: [], exemptOrigins: new Set<string>() }

/** What somebody would fill in who uses the entry. */
function filledIn(entry: ProviderEntry): Record<string, unknown> {
  const auth: Record<string, unknown> = {}
  const input: Record<string, unknown> = { key: 'api', auth }
  for (const { path } of openFields(entry)) {
    if (path === '/hosts') input.hosts = ['id.example.com']
    else if (path === '/auth/scopes') auth.scopes = entry.scopes ?? ['read']
    else auth[path.slice('/auth/'.length)] = 'filled-in'
  }
  return input
}

/** What is wrong with an entry, each with its id; none where it is in order. */
function faultsWith(look: (entry: ProviderEntry) => readonly string[]): string[] {
  return entries.flatMap((entry) => look(entry).map((fault) => `${entry.id}: ${fault}`))
}

test('each entry is what the schema says, in a file of its id', () => {
  const found = faultsWith((entry) => {
    const parsed = ProviderEntry.safeParse(entry)
    return parsed.success
      ? []
      : parsed.error.issues.map(({ path, message }) => `${path.join('/')} ${message}`)
  })
  expect(found).toEqual([])
  expect(files).toEqual(entries.map(({ id }) => `${id}.json`))
})

test('each entry makes a definition that creating an integration accepts', () => {
  const found = faultsWith((entry) => {
    const { raw, faults } = definitionFrom(entry, filledIn(entry))
    try {
      const { warnings } = checkDefinition(policy, raw)
      return [...faults.map(({ path }) => path), ...warnings.map(({ code }) => code)]
    } catch (error) {
      if (!(error instanceof SallyportError)) throw error
      return error.faults.map(({ path, code, message }) => `${path} ${code} ${message}`)
    }
  })
  expect(found).toEqual([])
})

test('an entry with nothing filled in names all that it leaves open', () => {
  const found = faultsWith((entry) => {
    const { faults } = definitionFrom(entry, { key: 'api' })
    const named = new Set(faults.map(({ path }) => path))
    return openFields(entry)
      .filter(({ path, required }) => (required === true) !== named.has(path))
      .map(({ path }) => path)
  })
  expect(found).toEqual([])
})

test('with the values of an account, addresses and trials are whole', () => {
  const found = faultsWith((entry) => {
    const { parameters = [], test: trial } = entry.definition
    const values = Object.fromEntries(parameters.map((parameter) => [parameter.name, exampleOf(parameter)]))
    const misfits = parameters
      .filter(({ name, pattern }) => pattern && !new RegExp(pattern, 'u').test(values[name] ?? ''))
      .map(({ name, pattern }) => `${name} ${pattern}`)
    const filled = [...addressesOf(entry), ...(trial ? [`https://x.example${trial.path}`] : [])].map((text) =>
      text
        .replace(/^\{kept\.\w+\}/, 'https://kept.example')
        .replace(/\{(?:kept\.)?(\w+)\}/g, (_, name) => values[name] ?? 'kept'),
    )
    const broken = filled.filter(
      (text) => !URL.canParse(text) || !text.startsWith('https://') || /[{}\s]/.test(text),
    )
    return [...misfits, ...broken]
  })
  expect(found).toEqual([])
})

/** What somebody would give for a parameter. */
function exampleOf({ choices, default: preset, kind, pattern = '' }: Parameter): string {
  const [first = preset] = choices ?? []
  return (
    first ??
    examples[pattern] ??
    { url: 'https://x.example', host: 'x.example', label: 'x', text: 'x' }[kind ?? 'text']
  )
}

const examples: Readonly<Record<string, string>> = {
  '^AC[0-9a-fA-F]{32}$': `AC${'0a'.repeat(16)}`,
  '^SHA256:[A-Za-z0-9+/]{43}=?$': `SHA256:${'a'.repeat(43)}`,
  '^[0-9]{1,20}$': '7',
  '^[a-z0-9]{3,24}$': 'storage1',
  '^\\S+@[\\w.-]{3,253}$': 'ann@example.com',
}

test('addresses begin with https, or are a value that is checked to be one', () => {
  const found = faultsWith((entry) =>
    addressesOf(entry).filter((address) => !/^(https:\/\/[^/]|\{(kept\.)?\w+\})/.test(address)),
  )
  expect(found).toEqual([])
})

test('where a choice decides who gets the client secret, the hosts that it may lead to are listed', () => {
  const found = faultsWith((entry) => {
    const { hosts, parameters = [] } = entry.definition
    if (hosts === undefined) return []
    const choices = (text: string) =>
      parameters.reduce<string[]>(
        (texts, { name, choices: list, default: preset }) =>
          texts.flatMap((each) =>
            (list ?? [preset ?? 'x']).map((value) => each.replaceAll(`{${name}}`, value)),
          ),
        [text],
      )
    const led = addressesOf(entry)
      .filter((address) => address.startsWith('https://') && address !== loginOf(entry))
      .flatMap(choices)
      .map((address) => new URL(address).hostname)
    const isListed = (host: string) =>
      hosts.some((rule) => (rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule))
    // A value that has no choices is held to the hosts when an account gives it.
    return led.filter((host) => host !== 'x' && !isListed(host))
  })
  expect(found).toEqual([])
})

/** Browsers are sent there, and no secret is. */
function loginOf({ definition }: ProviderEntry): unknown {
  return 'authorizationUrl' in definition.auth ? definition.auth.authorizationUrl : undefined
}

/** Of the definition and of its APIs. */
function addressesOf({ definition, apis = [] }: ProviderEntry): string[] {
  const auth: Readonly<Record<string, unknown>> = definition.auth
  const own = Object.entries(auth).flatMap(([name, value]) =>
    name.endsWith('Url') && typeof value === 'string' ? [value] : [],
  )
  return [...own, ...(definition.baseUrl ? [definition.baseUrl] : []), ...apis.map(({ baseUrl }) => baseUrl)]
}

test('patterns match in a time that grows with the text alone', () => {
  const found = faultsWith(({ definition, secret = {} }) =>
    [...(definition.parameters ?? []), ...Object.values(secret)].flatMap(({ pattern }) =>
      pattern === undefined || isLinear(pattern) ? [] : [pattern],
    ),
  )
  expect(found).toEqual([])
})

test.each([
  ['^[a-z]+$', true],
  ['^(a|b)_[0-9]{8}$', true],
  ['[a-z]+$', false],
  ['^(a+)+$', false],
  ['^[a-z]+[a-z0-9]+$', false],
  ['^.*x.*$', false],
])('%s is linear: %s', (pattern, linear) => expect(isLinear(pattern)).toBe(linear))

test('each parameter has a label, and each one that must be given says what it is', () => {
  const found = faultsWith(({ definition }) =>
    (definition.parameters ?? [])
      .filter(({ label, help, required, secret }) => !label || (required && !help && !secret))
      .map(({ name }) => name),
  )
  expect(found).toEqual([])
})

test('what nobody knows stands in the evidence', () => {
  const found = faultsWith(({ docs, definition, testCandidates, evidence: { missing = [] } }) => [
    ...((docs === undefined) === missing.includes('/docs') ? [] : ['/docs']),
    ...(definition.test !== undefined || testCandidates !== undefined || missing.includes('/definition/test')
      ? []
      : ['/definition/test']),
  ])
  expect(found).toEqual([])
})

test('the index is what the files say; whoever is in it is not among the unusable', () => {
  const index = read('index.json') as ProviderSummary[]
  expect(index).toEqual(entries.map(summaryOf))
  const ids = [...entries, ...unusable].map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { missing } of unusable) expect(missing.length).toBeGreaterThan(0)
})
