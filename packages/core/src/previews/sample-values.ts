import type { Definition, Parameter } from '@sallyport/contract'
import { type HostRule, parseHostRule } from '../destination/hosts.ts'
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
  const rule = allowedHost(definition.hosts)
  if (kind === 'url' || standsAt(definition, name, 'origin')) {
    const { protocol = 'https:', hostname, subdomains, port } = rule
    const origin = `${protocol}//${subdomains ? 'standin.' : ''}${hostname}${port === undefined ? '' : `:${port}`}`
    return standIns.unknownIn(name, (standIn) => `${origin}/${standIn}`)
  }
  if (kind !== 'host' && !standsAsHost(definition, name)) return standIns.unknown(name)
  // The one host that it may be is shown as what it is.
  if (!rule.subdomains) return rule.hostname
  return standIns.unknownIn(name, (standIn) => `${standIn}.${rule.hostname}`)
}

/** Where a value may lead that names a host: of those that are listed a whole domain before a single host. */
function allowedHost(hosts: readonly string[] = ['*.example.com']): HostRule {
  const rules = hosts.flatMap((text) => {
    const rule = parseHostRule(text)
    return 'ok' in rule ? [rule.ok] : []
  })
  const [first = anywhere] = rules
  return rules.find(({ subdomains }) => subdomains) ?? first
}

const anywhere: HostRule = {
  protocol: undefined,
  hostname: 'example.com',
  subdomains: true,
  port: undefined,
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
