import type { Definition, Parameter } from '@sallyport/contract'
import { parseHostRule } from '../destination/hosts.ts'
import { schemeOf } from '../schemes/index.ts'
import { parseTemplate, placeholders } from '../template/parse.ts'
import { parseUrlTemplate, type UrlSlot } from '../template/url-template.ts'
import type { StandIns } from './stand-ins.ts'

/** Values of an account, by the names that templates know them by. */
export interface SampleValues {
  readonly visible: Readonly<Record<string, string>>
  readonly secret: Readonly<Record<string, string>>
  readonly kept: Readonly<Record<string, string>>
}

/** What was given, what would be filled in, and stand-ins for the rest. */
export function sampleValues(
  definition: Definition,
  given: Readonly<Record<string, string>>,
  standIns: StandIns,
): SampleValues {
  const { parameters = [], auth } = definition
  const open = parameters.filter(({ secret }) => !secret)
  const value = (parameter: Parameter) => {
    const known = given[parameter.name] || parameter.default
    return known ?? standInFor(definition, parameter.name, parameter.kind, standIns)
  }
  const kept = schemeOf(definition).keeps?.({ ...auth }) ?? []
  return {
    visible: Object.fromEntries(open.map((parameter) => [parameter.name, value(parameter)])),
    secret: Object.fromEntries(
      parameters
        .filter(({ secret }) => secret)
        .map(({ name }) => [name, standIns.secret(`parameters.${name}`)]),
    ),
    kept: Object.fromEntries(
      kept.map((name) => [name, standInFor(definition, `kept.${name}`, undefined, standIns)]),
    ),
  }
}

/** A whole address or host where only such may stand: one that the definition's hosts allow. */
function standInFor(
  definition: Definition,
  name: string,
  kind: Parameter['kind'],
  standIns: StandIns,
): string {
  const isAddress = kind === 'url' || standsAt(definition, name, 'origin')
  const isHost = kind === 'host' || standsAsHost(definition, name)
  if (!isAddress && !isHost) return standIns.unknown(name)
  const scheme = isAddress ? 'https://' : ''
  const rule = parseHostRule(definition.hosts?.[0] ?? '*.example.com')
  if (!('ok' in rule)) return standIns.unknown(name)
  const { hostname, subdomains, port } = rule.ok
  const rest = isAddress && port !== undefined ? `:${port}` : ''
  // The one host that it may be is shown as what it is.
  if (!subdomains) return `${scheme}${hostname}${rest}`
  return standIns.unknownIn(name, (standIn) => `${scheme}${standIn}.${hostname}${rest}`)
}

function standsAt(definition: Definition, name: string, slot: UrlSlot): boolean {
  return addressesOf(definition).some(
    ({ slots, template }) =>
      slots.includes(slot) &&
      template.parts.some(
        (part, index) => part.kind !== 'literal' && part.name === name && slots[index] === slot,
      ),
  )
}

/** A kept value that is all of a host; parameters say so by their kind. */
function standsAsHost(definition: Definition, name: string): boolean {
  if (!name.startsWith('kept.')) return false
  return addressesOf(definition).some(
    ({ originTemplate, protocol }) =>
      protocol !== undefined &&
      originTemplate === `${protocol}//{${name}}` &&
      placeholders(parseTemplate(originTemplate)).includes(name),
  )
}

function addressesOf(definition: Definition) {
  const { auth, baseUrl } = definition
  const texts = [
    ...(baseUrl === undefined ? [] : [baseUrl]),
    ...schemeOf(definition)
      .templates({ ...auth })
      .filter(({ slot }) => slot === 'url')
      .map(({ text }) => text),
  ]
  return texts.flatMap((text) => {
    const parsed = parseUrlTemplate(text)
    return 'ok' in parsed ? [parsed.ok] : []
  })
}
