import { readdirSync, readFileSync } from 'node:fs'
import {
  evidenceLevels,
  type Parameter,
  type ProviderEntry,
  type StandardOperation,
  StandardOperations,
} from '@sallyport/contract'
import { expect, test } from 'vitest'

const folder = new URL('../', import.meta.url)
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
const names = readdirSync(new URL('operations', folder)).sort()
const files = names.map((name) => read(`operations/${name}`) as StandardOperations)
const operations = files.flatMap((file) => file.operations.map((operation) => ({ file, operation })))
const entries = new Map(
  [...new Set(files.flatMap(({ providers }) => providers))].map((id) => [
    id,
    read(`providers/${id}.json`) as ProviderEntry,
  ]),
)

interface Schema {
  readonly required?: readonly string[]
  readonly properties: Readonly<Record<string, { readonly description?: string }>>
}

/** What is wrong with an operation, each with its id; none where it is in order. */
function faultsWith(
  look: (operation: StandardOperation, file: StandardOperations) => readonly string[],
): string[] {
  return operations.flatMap(({ file, operation }) =>
    look(operation, file).map((fault) => `${file.family} ${operation.id}: ${fault}`),
  )
}

const inputOf = ({ input }: StandardOperation) => input as unknown as Schema
const providersOf = ({ providers }: StandardOperation, file: StandardOperations) =>
  providers ?? file.providers

/** All texts in a value, of members with these names alone where some are given. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** Placeholders as `input.to` in what is sent. */
function placeholdersOf({ steps, output, inputFrom }: StandardOperation): string[] {
  return textsIn([steps, output, { ...inputFrom, map: '' }]).flatMap((text) =>
    [...text.matchAll(/(?<!\{)\{([a-z]\w*(?:\.[\w-]+)+)\}/gi)].map(([, path = '']) => path),
  )
}

test('there are operations of the fifteen, each a file of its family as the schema says', () => {
  expect(names).toEqual(
    [
      ...['airtable', 'genesys-cloud', 'google', 'guidewire', 'hubspot', 'kustomer', 'mx', 'plaid'],
      ...['salesforce', 'sendgrid', 'sftp', 'shopify', 'stripe', 'twilio', 'zendesk'],
    ].map((family) => `${family}.json`),
  )
  const found = files.flatMap((file) => {
    const parsed = StandardOperations.safeParse(file)
    const faults = parsed.success ? [] : parsed.error.issues
    return faults.map(({ path, message }) => `${file.family} ${path.join('/')} ${message}`)
  })
  expect(found).toEqual([])
  expect(files.map(({ family }) => `${family}.json`)).toEqual(names)
})

test('they are for entries of their family, under ids that are their own', () => {
  for (const { family, providers, operations: known } of files) {
    expect(providers.map((id) => entries.get(id)?.family)).toEqual(providers.map(() => family))
    expect(new Set(known.map(({ id }) => id.toLowerCase())).size).toBe(known.length)
    expect(new Set(known.map(({ name }) => name)).size).toBe(known.length)
    const used = new Set(known.flatMap((operation) => operation.providers ?? providers))
    expect([...used].sort()).toEqual([...providers].sort())
  }
})

test('each says how well it is known', () => {
  const counts = evidenceLevels.map(
    (level) => operations.filter(({ operation }) => operation.evidence.level === level).length,
  )
  expect(counts.reduce((sum, count) => sum + count)).toBe(operations.length)
  expect(Math.min(...counts)).toBeGreaterThan(0)
})

test('placeholders have a value: an input, a parameter of every account, or a step before', () => {
  const found = faultsWith((operation, file) => {
    const steps = operation.steps.map(({ name }) => name)
    return placeholdersOf(operation).filter((path) => {
      const [first, name = ''] = path.split('.')
      if (first === 'input') return !Object.hasOwn(inputOf(operation).properties, name)
      if (first === 'steps') return !steps.includes(name)
      const own = providersOf(operation, file).map((id) => entries.get(id)?.definition.parameters ?? [])
      const given = (parameters: readonly Parameter[]) =>
        parameters.some((each) => each.name === name && each.required && !each.secret)
      return first !== 'account' || !own.every(given)
    })
  })
  expect(found).toEqual([])
})

test('each input is sent, and says what it is', () => {
  const found = faultsWith((operation) => {
    const sent = [...placeholdersOf(operation), ...textsIn(operation.steps)].join('\n')
    return Object.entries(inputOf(operation).properties).flatMap(([name, { description }]) => [
      ...(sent.includes(`input.${name}`) ? [] : [`${name} is not sent`]),
      ...(description ? [] : [`${name} has no description`]),
    ])
  })
  expect(found).toEqual([])
})

test('inputs that stand in a path must be given', () => {
  const found = faultsWith((operation) => {
    const { required = [], properties } = inputOf(operation)
    const paths = operation.steps.flatMap((step) => (step.kind === 'http' ? [step.path, step.url] : []))
    return paths
      .flatMap((path) => [...(path ?? '').matchAll(/\{input\.(\w+)\}/g)])
      .map(([, name = '']) => name)
      .filter((name) => !required.includes(name) && !('default' in (properties[name] ?? {})))
  })
  expect(found).toEqual([])
})

test('absolute addresses are within the hosts of every entry that has the operation', () => {
  const found = faultsWith((operation, file) =>
    operation.steps
      .flatMap((step) => (step.kind === 'http' && step.url?.startsWith('https://') ? [step.url] : []))
      .flatMap((url) => {
        const { hostname } = new URL(url.replaceAll(/\{[^}]+\}/g, 'x'))
        return providersOf(operation, file).filter((id) => !isWithin(hostname, entries.get(id)))
      }),
  )
  expect(found).toEqual([])
})

function isWithin(hostname: string, entry: ProviderEntry | undefined): boolean {
  const { hosts, baseUrl = '' } = entry?.definition ?? {}
  const listed = hosts ?? [new URL(baseUrl.replaceAll(/\{[^}]+\}/g, 'x')).hostname]
  return listed.some((rule) => (rule.startsWith('*.') ? hostname.endsWith(rule.slice(1)) : hostname === rule))
}

test('examples of lists go on to a second page; what has no request is done by files', () => {
  const found = faultsWith((operation) => {
    const isPaged = operation.steps.some((step) => step.kind === 'http' && step.paging)
    const least = operation.steps.some(({ kind }) => kind === 'sftp') ? 0 : isPaged ? 2 : 1
    return operation.example.exchanges.length < least ? ['too few exchanges'] : []
  })
  expect(found).toEqual([])
})
