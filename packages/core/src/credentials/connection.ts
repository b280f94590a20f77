import type { Definition, ParameterKind } from '@sallyport/contract'
import { type HostRule, hostAllowed, originRule, parseHostRule, writtenPort } from '../destination/hosts.ts'
import { type DestinationPolicy, mayUsePlainHttp } from '../destination/policy.ts'
import { type ParsedUrl, parseUrl } from '../destination/url.ts'
import { SallyportError } from '../error.ts'
import type { AccountRecord } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import type { ClientOwner } from '../schemes/registered-client.ts'
import { revealAll } from '../schemes/reveal.ts'
import type { Connection, Credential, GrantPolicy, PermitPurpose } from '../schemes/scheme.ts'
import { parseTemplate, placeholders } from '../template/parse.ts'
import { render, type TemplateValues } from '../template/render.ts'
import { renderUrl } from '../template/render-url.ts'
import { parseUrlTemplate } from '../template/url-template.ts'
import { clientTlsOf } from './client-tls.ts'
import type { DefinitionSecrets } from './definition-secrets.ts'

/** What the operator decides about where definitions may point, and how they may ask. */
export interface ConnectionPolicy extends DestinationPolicy, GrantPolicy {}

/** A client that many integrations share: it has hosts of its own, and its addresses are none of the API's. */
export interface SharedClient {
  readonly hosts: readonly string[] | undefined
}

/** What a connection is made of. */
export interface ConnectionParts {
  readonly policy: ConnectionPolicy
  readonly definition: Definition
  readonly definitionSecrets: DefinitionSecrets
  /** Undefined where the definition has its client to itself. */
  readonly client?: SharedClient | undefined
  readonly registrant?: ClientOwner | undefined
  readonly account: Pick<AccountRecord, 'parameters'> & Partial<Pick<AccountRecord, 'id' | 'name' | 'kept'>>
  readonly credential: Pick<Credential, 'parameters'>
  /** Of the profile that it is called in. */
  readonly settings?: Readonly<Record<string, string>> | undefined
}

/** An account's view of its definition: templates rendered with its values, and where they may lead. */
export function createConnection(parts: ConnectionParts): Connection {
  const { policy, definition, definitionSecrets } = parts
  const values = valuesOf(parts)
  const kinds = kindsOf(definition)
  const urlOf = (text: string, more?: TemplateValues): string => {
    const parsed = parseUrlTemplate(text)
    if ('fault' in parsed) throw new SallyportError('account_incomplete', { detail: parsed.fault.code })
    return renderUrl(parsed.ok, more ? { ...values, ...more } : values, kinds)
  }
  const holds = (text: string, more?: TemplateValues) =>
    placeholders(parseTemplate(text)).every(
      (name) => Object.hasOwn(values, name) || (more !== undefined && Object.hasOwn(more, name)),
    )
  const tls = clientTlsOf(definition, definitionSecrets, (text) =>
    holds(text) ? render(parseTemplate(text), values, 'text') : undefined,
  )
  const guards = new Map<PermitPurpose['sends'], HostGuard>()
  const guardOf = (sends: PermitPurpose['sends']): HostGuard => {
    const known = guards.get(sends)
    if (known) return known
    const guard = hostGuard(allowedFor(parts, sends), (text) => (holds(text) ? urlOf(text) : undefined))
    guards.set(sends, guard)
    return guard
  }

  return {
    definition,
    registrant: parts.registrant,
    values,
    definitionSecrets,
    forbiddenGrants: policy.forbiddenGrants ?? new Set(),
    renderUrl: urlOf,
    holds,
    render: (text, slot, more) => render(parseTemplate(text), more ? { ...values, ...more } : values, slot),
    permit(text, { sends, publishedByIssuer = false }) {
      const url = parseUrl(text)
      if (!url) throw new SallyportError('target_refused')
      if (!guardOf(sends)(url, publishedByIssuer)) throw new SallyportError('host_not_allowed')
      return url
    },
    keeping: (kept) =>
      createConnection({ ...parts, account: { ...parts.account, kept: { ...parts.account.kept, ...kept } } }),
    inProfile: (settings) => createConnection({ ...parts, settings }),
    tls,
    permitBrowser(text) {
      const url = parseUrl(text)
      if (!url || (url.protocol === 'http:' && !mayUsePlainHttp(policy, url))) {
        throw new SallyportError('address_blocked', {
          message:
            'No browser is sent to an address that is not https. Correct authorizationUrl, or what the issuer publishes.',
        })
      }
    },
  }
}

function valuesOf({ account, credential, settings = {} }: ConnectionParts): Record<string, string> {
  const parameters = { ...account.parameters, ...revealAll(credential.parameters) }
  const prefixed = (prefix: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value])
  return {
    ...parameters,
    ...Object.fromEntries([
      ...prefixed('parameters', parameters),
      ...prefixed('kept', account.kept ?? {}),
      ...prefixed('profile', settings),
      ...(account.id === undefined ? [] : [['account.id', account.id]]),
      ...(account.name === undefined ? [] : [['account.name', account.name]]),
    ]),
  }
}

/** Kinds as they were declared; a value in a host is one label where none was. */
function kindsOf(definition: Definition): Record<string, ParameterKind> {
  const declared = (definition.parameters ?? []).flatMap(({ name, kind }) => (kind ? [[name, kind]] : []))
  return Object.fromEntries(declared) as Record<string, ParameterKind>
}

/** What a host is compared with: a list, or the definition's addresses. */
interface Allowed {
  readonly hosts: readonly string[] | undefined
  readonly urls: readonly string[]
}

/** Without a shared client, API and authorization server are one; with it, each has its own. */
function allowedFor({ definition, client }: ConnectionParts, sends: PermitPurpose['sends']): Allowed {
  const baseUrl = [definition.baseUrl ?? []].flat()
  const own = schemeOf(definition)
    .templates(definition.auth)
    .filter(({ slot, receives }) => slot === 'url' && receives !== 'browser')
    .map(({ text }) => text)
  if (!client) return { hosts: definition.hosts, urls: [...baseUrl, ...own] }
  return sends === 'call' ? { hosts: definition.hosts, urls: baseUrl } : { hosts: client.hosts, urls: own }
}

type HostGuard = (url: ParsedUrl, publishedByIssuer: boolean) => boolean

/** Listed hosts, or exactly the origins of the addresses as they are for this account (C5). */
function hostGuard({ hosts, urls }: Allowed, urlOf: (text: string) => string | undefined): HostGuard {
  const listed = hosts?.flatMap((text): HostRule[] => {
    const rule = parseHostRule(text)
    return 'ok' in rule ? [rule.ok] : []
  })
  // Of the origin alone: values of its path may be made for each request.
  const rules = listed ?? urls.flatMap((text) => parseUrl(urlOf(originIn(text)) ?? '') ?? []).map(originRule)
  const ports = new Set(urls.flatMap(writtenPortOf))
  return (url, publishedByIssuer) => (publishedByIssuer && !listed) || hostAllowed(rules, url, ports)
}

function originIn(text: string): string {
  const parsed = parseUrlTemplate(text)
  return 'fault' in parsed ? text : parsed.ok.originTemplate
}

function writtenPortOf(text: string): string[] {
  const parsed = parseUrlTemplate(text)
  if ('fault' in parsed || parsed.ok.protocol === undefined || parsed.ok.port === undefined) return []
  return [writtenPort({ protocol: parsed.ok.protocol, port: parsed.ok.port } as ParsedUrl)]
}
