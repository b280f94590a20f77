import type { Definition, Fault, ProviderEntry } from '@sallyport/contract'
import { definitionOf } from '../credentials/definition.ts'
import { matchesPattern } from '../pattern.ts'
import type { ConnectLinkRecord, IntegrationRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import type { ConnectLinkPorts } from './ports.ts'

/** Something that a person is asked for. */
export interface AskedField {
  readonly of: 'parameters' | 'secret'
  readonly name: string
  /** As the definition or the catalogue calls it; undefined where neither says. */
  readonly label: string | undefined
  readonly help: string | undefined
  readonly isRequired: boolean
  readonly isSecret: boolean
  readonly isLong: boolean
  readonly choices: readonly string[] | undefined
  readonly value: string | undefined
  /** Of a secret, as the catalogue knows it. */
  readonly pattern: string | undefined
}

/** What was filled in. */
export interface GivenValues {
  readonly parameters: Readonly<Record<string, string>>
  readonly secret: Readonly<Record<string, string>>
}

/**
 * What a link asks for: of a new account all parameters, of one that is there only what is secret, so that no link has its
 * credential sent elsewhere; and what its type takes, unless the provider's own page asks for that.
 */
export async function askedFields(
  { catalogue }: Pick<ConnectLinkPorts, 'catalogue'>,
  { makesAccount }: ConnectLinkRecord,
  integration: IntegrationRecord,
): Promise<readonly AskedField[]> {
  const definition = definitionOf(integration)
  const scheme = schemeOf(definition)
  const isAuthorized = scheme.connects(definition) === 'authorized'
  const entry = definition.provider === undefined ? undefined : await catalogue.entry(definition.provider)
  const parameters = parameterFields(definition).filter(
    ({ isSecret }) => makesAccount || (isSecret && !isAuthorized),
  )
  return isAuthorized ? parameters : [...parameters, ...secretFields(definition, entry)]
}

function parameterFields({ parameters = [] }: Definition): AskedField[] {
  return parameters.map(({ name, label, help, required, secret, choices, default: usual }) => ({
    ...{ of: 'parameters', name, label: label ?? name, help, choices, pattern: undefined },
    isRequired: required === true,
    isSecret: secret === true,
    isLong: false,
    value: secret === true ? undefined : usual,
  }))
}

function secretFields(definition: Definition, entry: ProviderEntry | undefined): AskedField[] {
  const asked = schemeOf(definition).asks?.(definition) ?? []
  return asked.map(({ name, isRequired = false, isShown = false, isLong = false }) => {
    const known = entry?.secret?.[name]
    return {
      ...{ of: 'secret', name, isRequired, isLong, choices: undefined, value: undefined },
      ...{ label: known?.label, help: known?.help, pattern: known?.pattern },
      isSecret: !isShown,
    }
  })
}

/** What was filled in of what was asked, and nothing else; what was left empty was not given. */
export function givenOf(
  asked: readonly AskedField[],
  readValue: (field: AskedField) => string | undefined,
): GivenValues {
  const of = (part: AskedField['of']) =>
    Object.fromEntries(
      asked.flatMap((field) => {
        const value = field.of === part ? readValue(field) : undefined
        return value === undefined || value === '' ? [] : [[field.name, value]]
      }),
    )
  return { parameters: of('parameters'), secret: of('secret') }
}

/** What the catalogue knows better than the type: what such a secret looks like there. */
export function patternFaults(asked: readonly AskedField[], { secret }: GivenValues): Fault[] {
  return asked.flatMap(({ of, name, pattern }) => {
    const value = of === 'secret' ? secret[name] : undefined
    if (value === undefined || pattern === undefined || matchesPattern(pattern, value)) return []
    return [{ path: `/secret/${name}`, code: 'pattern', message: 'It does not have the expected form.' }]
  })
}
