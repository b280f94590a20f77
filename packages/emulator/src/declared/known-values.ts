import type { Definition } from '@sallyport/contract'
import { type Addresses, emulatedAddress, exampleHost, isWholeAddress } from './addresses.ts'
import { textsIn } from './request-shape.ts'
import { filled, type Values } from './template.ts'

/** What both sides know, and what the provider will tell: all that a request does not have to bring. */
export function knownValues(
  definition: Definition,
  {
    parameters,
    secret,
    addresses,
    listedHosts,
  }: {
    readonly parameters: Values
    readonly secret: Values
    readonly addresses: Addresses
    readonly listedHosts: readonly string[] | undefined
  },
): Values {
  const auth: Readonly<Record<string, unknown>> = { ...definition.auth }
  const values: Record<string, string> = {
    ...parameters,
    ...prefixed('parameters.', parameters),
    ...prefixed('secret.', secret),
  }
  for (const [name, text] of Object.entries({
    'client.id': auth.clientId,
    'client.secret': [auth.clientSecrets].flat()[0] ?? auth.clientSecret,
  })) {
    const value = typeof text === 'string' ? filled(text, values) : undefined
    if (value !== undefined && value !== '') values[name] = value
  }
  const { scopes, scopeDelimiter } = auth as { scopes?: string[]; scopeDelimiter?: string }
  const scope = (scopes ?? []).flatMap((each) => filled(each, values) ?? []).join(scopeDelimiter ?? ' ')
  if (scope !== '') values.scope = scope
  for (const name of keptNames(definition))
    values[`kept.${name}`] = keptSample(name, definition, addresses, listedHosts)
  return values
}

/** Where values to keep are found, by their names. */
export function keptPaths(
  paths: { readonly keep?: Values | undefined } | undefined,
): [name: string, path: string][] {
  return Object.entries(paths?.keep ?? {})
}

function keptNames({ auth }: Definition): string[] {
  const holders = [
    auth,
    ...['tokenReply', 'refreshReply', 'loginReply'].map((name) => (auth as Record<string, unknown>)[name]),
    ...['followUps', 'steps'].flatMap((name) =>
      (((auth as Record<string, unknown>)[name] ?? []) as { reply: unknown }[]).map(({ reply }) => reply),
    ),
  ]
  return [
    ...new Set(holders.flatMap((holder) => keptPaths(holder as { keep?: Values }).map(([name]) => name))),
  ]
}

/** A whole address where one is made of it, else a text that can stand in a host name as well. */
function keptSample(
  name: string,
  definition: Definition,
  addresses: Addresses,
  listedHosts: readonly string[] | undefined,
): string {
  const isAddress = textsIn(definition).some(
    (text) => isWholeAddress(text, `kept.${name}`) && text !== `{kept.${name}}`,
  )
  const isBase = definition.baseUrl === `{kept.${name}}`
  if (isAddress || isBase) return emulatedAddress(addresses, `https://${exampleHost(listedHosts, name)}`)
  return `kept${name.toLowerCase()}`
}

function prefixed(prefix: string, values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))
}
