import { type Parameter, reservedWords } from '@sallyport/contract'
import type { ApiDocument } from './api-document.ts'
import { bounds } from './bounds.ts'
import { entriesOf, type Located, member, textOf } from './located.ts'
import { placeholderName } from './names.ts'

/** Where an API is, with what of its address each account says. */
export interface ServerDraft {
  readonly baseUrl: string
  readonly parameters: readonly Parameter[]
}

/** The server that was asked for, as a base URL. What cannot be said in one is named. */
export function serverDraft(document: ApiDocument, index: number): ServerDraft {
  const at =
    document.specification === '2.0' ? swaggerServer(document, index) : openApiServer(document, index)
  skipOtherServers(document, index)
  if (!at) return { baseUrl: 'https://{host}', parameters: [hostParameter] }
  return draftOf(document, at)
}

/** One integration calls one address. */
function skipOtherServers(document: ApiDocument, taken: number): void {
  for (let index = 0; index < Math.min(serverCount(document), bounds.servers); index += 1) {
    if (index === taken) continue
    const path = document.specification === '2.0' ? '/schemes' : `/servers/${index}`
    const reason = `An integration has one base URL. For this one import with \`server\`: ${index}.`
    document.skipped.add({ path, part: 'server', reason })
  }
}

/** How many servers a document names. */
export function serverCount({ root, specification }: ApiDocument): number {
  const at = { value: root, path: '' }
  const list = specification === '2.0' ? schemesOf(at) : entriesOf(member(at, 'servers'))
  return Math.max(1, list.length)
}

const hostParameter: Parameter = {
  name: 'host',
  label: 'Host',
  help: 'Where the API is, as api.example.com',
  required: true,
  kind: 'host',
}

/** A server, and the address that it stands for with each variable's default; undefined where it has none. */
export function defaultAddress(server: Located): string | undefined {
  const url = textOf(server, 'url')
  const address = url?.replaceAll(/\{([^{}]+)\}/g, (whole, name: string) => defaultOf(server, name) ?? whole)
  return address && /^https?:\/\/[^{}\s]+$/i.test(address) && URL.canParse(address) ? address : undefined
}

function openApiServer({ root }: ApiDocument, index: number): Located | undefined {
  return entriesOf(member({ value: root, path: '' }, 'servers'))[index]
}

/** Swagger 2.0 says it in parts: each scheme is one server. */
function swaggerServer({ root }: ApiDocument, index: number): Located | undefined {
  const at = { value: root, path: '' }
  const host = textOf(at, 'host')
  const basePath = textOf(at, 'basePath') ?? ''
  const schemes = schemesOf(at)
  const scheme = schemes[index] ?? 'https'
  return {
    value: { url: host === undefined ? basePath : `${scheme}://${host}${basePath}` },
    path: host === undefined ? '' : '/host',
  }
}

/** https first, wherever it is named. */
function schemesOf(at: Located): string[] {
  const named = entriesOf(member(at, 'schemes')).flatMap(({ value }) =>
    value === 'https' || value === 'http' ? [value] : [],
  )
  return [...new Set(named)].sort().reverse()
}

function draftOf(document: ApiDocument, at: Located): ServerDraft {
  const skip = (reason: string) => document.skipped.add({ path: at.path, part: 'server', reason })
  const url = (textOf(at, 'url') ?? '').trim().replace(/[?#].*$/s, '')
  if (/^\{[^{}]+\}/.test(url) && !/^\{[^{}]+\}:/.test(url)) return wholeAddress(at, url)
  const [, scheme, rest] = /^([a-z{][^:/]*):\/\/(.*)$/is.exec(url) ?? []
  if (scheme === undefined || rest === undefined) {
    skip(
      'This address is relative to where the document was read, which is not known here: each account says its host.',
    )
    const path = url.startsWith('/') ? url : ''
    const inPath = replaced(at, path, 'text')
    return {
      baseUrl: `https://{host}${inPath.text}`,
      parameters: [hostParameter, ...inPath.parameters.filter(({ name }) => name !== 'host')],
    }
  }
  const protocol = scheme.startsWith('{')
    ? (defaultOf(at, scheme.slice(1, -1)) ?? 'https')
    : scheme.toLowerCase()
  if (scheme.startsWith('{')) skip('Which protocol is spoken is decided here, not by each account.')
  if (protocol !== 'https' && protocol !== 'http')
    skip(`The protocol ${protocol.slice(0, 20)} is not spoken: https is taken.`)
  const [, host = '', path = ''] = /^([^/]*)(.*)$/s.exec(rest) ?? []
  const inHost = replaced(at, host, 'host')
  const inPath = replaced(at, path, 'text')
  const parameters = [
    ...inHost.parameters,
    ...inPath.parameters.filter((each) => inHost.parameters.every(({ name }) => name !== each.name)),
  ]
  return { baseUrl: `${protocol === 'http' ? 'http' : 'https'}://${inHost.text}${inPath.text}`, parameters }
}

/** One variable that stands for the whole address up to a path. */
function wholeAddress(at: Located, url: string): ServerDraft {
  const { text, parameters } = replaced(at, url, 'text')
  const [first, ...others] = parameters
  return first
    ? { baseUrl: text, parameters: [{ ...first, kind: 'url' }, ...others] }
    : { baseUrl: text, parameters }
}

/** Server variables become parameters: a port, say, stays what its default is. */
function replaced(at: Located, text: string, kind: 'host' | 'text') {
  const found = new Map<string, Parameter>()
  const written = text.replaceAll(/\{([^{}]+)\}/g, (whole, name: string, offset: number) => {
    const isPort = kind === 'host' && text[offset - 1] === ':'
    const value = defaultOf(at, name)
    if (isPort) return value ?? '443'
    const parameter = parameterOf(
      at,
      name,
      kind === 'text' ? 'text' : whole === text ? 'host' : labelOrHost(value),
    )
    found.set(parameter.name, parameter)
    return `{${parameter.name}}`
  })
  return { text: written, parameters: [...found.values()] }
}

function labelOrHost(value: string | undefined): 'label' | 'host' {
  return value?.includes('.') ? 'host' : 'label'
}

function parameterOf(at: Located, variable: string, kind: Parameter['kind']): Parameter {
  const variables = member(at, 'variables')
  const described = variables && member(variables, variable)
  const choices = described
    ? entriesOf(member(described, 'enum')).flatMap(({ value }) =>
        typeof value === 'string' && value !== '' ? [value] : [],
      )
    : []
  const value = defaultOf(at, variable)
  const help = textOf(described, 'description')
  return {
    name: parameterName(variable),
    label: variable.slice(0, 200),
    ...(help && { help: help.slice(0, 2000) }),
    required: true,
    ...(value && { default: value.slice(0, 2048) }),
    ...(choices.length > 0 &&
      choices.length <= 500 && { choices: choices.map((each) => each.slice(0, 2048)) }),
    kind,
  }
}

/** A word that a definition can hold, and that Sallyport does not fill itself. */
export function parameterName(name: string): string {
  const word = placeholderName(name)
  return (reservedWords as readonly string[]).includes(word) ? `${word}Value` : word
}

function defaultOf(at: Located, variable: string): string | undefined {
  const variables = member(at, 'variables')
  const described = variables && member(variables, variable)
  const value = described && member(described, 'default')?.value
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
