import type { StandardOperation, StandardOperations } from '@sallyport/contract'
import { levelNames } from './integration-data.ts'

type Step = StandardOperation['steps'][number]
type HttpStep = Extract<Step, { kind: 'http' }>
type Paging = NonNullable<HttpStep['paging']>

interface Property {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
}

/** The page of one integration. */
export function integrationPage(integration: StandardOperations): string {
  const { family, name, docs, help = [], providers, operations, missing = [] } = integration
  const lines = operations.map(
    (operation) =>
      `| [${operation.name}](#${anchor(operation)}) | \`${operation.id}\` | ${requestsOf(operation).map(cell).join('<br>')} | ${pagingOf(operation) ? 'yes' : ''} | ${levelNames[operation.evidence.level]} |`,
  )
  const left = missing.map((each) => `| ${cell(each.name)} | ${cell(each.reason)} |`)
  return `${[
    `# ${name}`,
    `<!-- Written by \`npm run docs\` from packages/catalog/operations/${family}.json and tools/integration-page.ts. Edit those. -->`,
    `${operations.length} operations for accounts of ${listed(providers)}. How they are taken over and run, and what the levels of evidence mean, is in [the index](README.md). Documentation of the API: <${docs}>.`,
    ...help,
    ['| operation | id | requests | pages | evidence |', '|---|---|---|---|---|', ...lines].join('\n'),
    ...operations.map((operation) => section(operation, integration)),
    ...(left.length > 0 ? [['## Not there', '', '| | why |', '|---|---|', ...left].join('\n')] : []),
  ].join('\n\n')}\n`
}

function section(operation: StandardOperation, { providers }: StandardOperations): string {
  const { id, name, description, evidence, inputFrom } = operation
  const paging = pagingOf(operation)
  const facts = [
    `\`${id}\``,
    `evidence: ${levelNames[evidence.level]}`,
    ...(operation.providers && operation.providers.length < providers.length
      ? [`for ${listed(operation.providers)}`]
      : []),
    ...(evidence.docs ? [`<${evidence.docs}>`] : []),
  ]
  return [
    `## ${name}`,
    facts.join(' · '),
    ...(description ? [description] : []),
    ['```http', ...requestsOf(operation).map((text) => text.replaceAll('`', '')), '```'].join('\n'),
    ...(paging ? [pagingSentence(paging)] : []),
    ...(inputFrom
      ? [
          `The API is asked for the schema of the input: \`${inputFrom.method ?? 'GET'} ${plain(inputFrom.path ?? '')}\`.`,
        ]
      : []),
    inputTable(operation),
    example(operation),
  ].join('\n\n')
}

function inputTable({ input = {} }: StandardOperation): string {
  const { required = [], properties = {} } = input as {
    readonly required?: readonly string[]
    readonly properties?: Readonly<Record<string, Property>>
  }
  const rows = Object.entries(properties).map(([name, property]) => {
    const must = required.includes(name) ? 'yes' : ''
    return `| \`${name}\` | ${typeOf(property)} | ${must} | ${cell(explained(property))} |`
  })
  if (rows.length === 0) return 'It takes no input.'
  return ['| input | type | required | |', '|---|---|---|---|', ...rows].join('\n')
}

function typeOf({ type = 'any' }: Property): string {
  return [type].flat().join(' or ')
}

function explained({ description = '', enum: choices, default: preset }: Property): string {
  const of = choices ? [`one of ${choices.map((choice) => `\`${String(choice)}\``).join(', ')}`] : []
  const without = preset === undefined ? [] : [`default \`${JSON.stringify(preset)}\``]
  return [description, ...of, ...without].filter((text) => text !== '').join('; ')
}

/** What a run is given, and the first request that comes of it. */
function example({ example: { input, exchanges } }: StandardOperation): string {
  const [first] = exchanges
  const sent = first && [
    '',
    '```http',
    `${first.method} ${first.path}`,
    ...Object.entries(first.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...bodyOf(first),
    '```',
  ]
  return ['For example', '', '```json', JSON.stringify(input), '```', ...(sent ?? [])].join('\n')
}

function bodyOf({ json, form, text }: StandardOperation['example']['exchanges'][number]): string[] {
  if (json !== undefined) return ['', JSON.stringify(json)]
  if (form) {
    const pairs = Object.entries(form).flatMap(([name, value]) => [value].flat().map((each) => [name, each]))
    return ['', pairs.map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`).join('&')]
  }
  return text === undefined ? [] : ['', text]
}

function requestsOf({ steps }: StandardOperation): string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'http') return [`\`${step.method ?? 'GET'} ${plain(step.url ?? step.path ?? '')}\``]
    return step.kind === 'sftp' ? [`\`${step.action} ${plain(step.path)}\``] : []
  })
}

function pagingOf({ steps }: StandardOperation): Paging | undefined {
  return steps.flatMap((step) => (step.kind === 'http' && step.paging ? [step.paging] : []))[0]
}

function pagingSentence(paging: Paging): string {
  const place = 'in' in paging && typeof paging.in === 'object' ? ` (body: \`${paging.in.body}\`)` : ''
  const items = paging.items ? `Items are in \`${paging.items}\`.` : 'Each page is a list, or one item.'
  const more =
    'hasMore' in paging && paging.hasMore
      ? ` The last page has none, or false, in \`${paging.hasMore}\`.`
      : ''
  return `${sentences[paging.kind](paging as never)}${place}. ${items}${more}`
}

const sentences: {
  readonly [Kind in Paging['kind']]: (paging: Extract<Paging, { kind: Kind }>) => string
} = {
  cursor: ({ cursor, parameter }) => `Pages: \`${parameter}\` is \`${cursor}\` of the page before`,
  last_item: ({ field, parameter }) => `Pages: \`${parameter}\` is \`${field}\` of the last item`,
  offset: ({ parameter }) => `Pages: \`${parameter}\` is how many items there were before`,
  page: ({ parameter }) => `Pages: \`${parameter}\` is the number of the page`,
  link: ({ relation = 'next' }) =>
    `Pages: the \`Link\` header has the address of the next as \`${relation}\``,
  next_url: ({ url }) => `Pages: \`${url}\` has the address of the next`,
  next_request: () => 'Pages: an expression makes the next request',
}

/** A path with the names of inputs alone. */
const plain = (template: string) => template.replaceAll('{input.', '{')
const listed = (ids: readonly string[]) => ids.map((id) => `\`${id}\``).join(', ')
const cell = (text: string) => text.replaceAll('|', '\\|')

/** As GitHub makes them of headings. */
function anchor({ name }: StandardOperation): string {
  return name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
