import type { Fault, Parameter, Warning } from '@sallyport/contract'
import type { ConnectionPolicy } from '../credentials/connection.ts'
import { isBlockedLiteral, mayUsePlainHttp } from '../destination/policy.ts'
import { parseUrl } from '../destination/url.ts'
import { schemeNamed } from '../schemes/index.ts'
import type { TemplateField } from '../schemes/scheme.ts'
import { parseTemplate, type TemplatePart } from '../template/parse.ts'
import {
  parseUrlTemplate,
  placeholdersIn,
  type UrlTemplate,
  valueChoosesOwner,
} from '../template/url-template.ts'
import type { Fields } from './fields.ts'
import { valueAt } from './secrets.ts'

/** Addresses that do not hold, that lead where nothing is sent, or that a value could move (A11, C4, C20). */
export function urlFaults(policy: ConnectionPolicy, fields: Fields): Fault[] {
  return fields.templates
    .filter(({ slot }) => slot === 'url')
    .flatMap((field) => {
      const parsed = parseUrlTemplate(field.text)
      if ('fault' in parsed) return [{ path: field.path, ...parsed.fault }]
      return [
        ...schemeFaults(policy, field, parsed.ok),
        ...kindFaults(field, parsed.ok, fields),
        ...ownerFaults(field, parsed.ok, fields),
      ]
    })
}

/** What works, and should be known. */
export function urlWarnings(fields: Fields): Warning[] {
  return fields.templates
    .filter(({ receives, text }) => receives === 'call' && /^http:/i.test(text))
    .map(() => ({
      code: 'plain_http',
      message:
        'The base URL is plain http: credentials and data travel unencrypted. Use https where the API offers it.',
    }))
}

function schemeFaults(policy: ConnectionPolicy, field: TemplateField, url: UrlTemplate): Fault[] {
  const literal = url.template.constant === undefined ? undefined : parseUrl(url.template.constant)
  if (literal && isBlockedLiteral(policy, literal)) {
    return [
      {
        path: field.path,
        code: 'address_blocked',
        message:
          'This address is private, loopback or reserved. Use a public one, or have the operator allow its range in SALLYPORT_ALLOWED_PRIVATE_CIDRS.',
      },
    ]
  }
  if (url.protocol !== 'http:' || field.receives === 'call') return []
  const possible = literal ? mayUsePlainHttp(policy, literal) : policy.allowedPrivate.length > 0
  if (possible) return []
  return [
    { path: field.path, code: 'https_required', message: 'Credentials go over https alone. Write https://.' },
  ]
}

/** A value in a host must be declared as what it is there. */
function kindFaults(field: TemplateField, url: UrlTemplate, fields: Fields): Fault[] {
  const check = (slot: 'host' | 'origin', accepts: (parameter: Parameter) => boolean, message: string) =>
    placeholdersIn(url, slot).flatMap((name): Fault[] => {
      const found = fields.parameters.find(({ parameter }) => parameter.name === name)
      if (!found || accepts(found.parameter)) return []
      return [{ path: `${found.path}/kind`, code: 'kind', message: `${message} (${field.path}).` }]
    })
  return [
    ...check(
      'host',
      ({ kind }) => kind === undefined || kind === 'label' || kind === 'host',
      'It stands in a host name: give it the kind label, or host for several labels',
    ),
    ...check('origin', ({ kind }) => kind === 'url', 'It stands for a whole address: give it the kind url'),
  ]
}

/** Whoever connects an account must not be able to send the author's secret to a host of his own (C20). */
function ownerFaults(field: TemplateField, url: UrlTemplate, fields: Fields): Fault[] {
  if (!receivesSecret(field, fields) || fields.hosts !== undefined || !sharesSecret(fields)) return []
  const free = placeholdersIn(url, 'host').some(
    (name) =>
      name.startsWith('kept.') ||
      fields.parameters.some(({ parameter }) => parameter.name === name && parameter.kind === 'host'),
  )
  if (!free && !valueChoosesOwner(url)) return []
  return [
    {
      path: '/hosts',
      code: 'hosts_required',
      message: `A parameter decides to which host ${field.path} sends the client secret. List the hosts that it may be sent to.`,
    },
  ]
}

/** Also an API's address, where each call shows the secret, or what whoever receives it can use elsewhere. */
function receivesSecret({ receives }: TemplateField, { auth }: Fields): boolean {
  if (receives !== 'call') return receives === 'definition_secret'
  return schemeNamed(auth.type)?.callsSpeakForDefinition?.(auth) ?? false
}

/** False where all that authenticates the client is the account's own parameters. */
function sharesSecret({ auth, parameters, namesUnknown = false }: Fields): boolean {
  const secrets = clientSecrets.flatMap((path) => {
    const text = valueAt({ auth }, path)
    return typeof text === 'string' && text !== '' ? [text] : []
  })
  if (secrets.length === 0) return false
  const names = new Set(parameters.map(({ parameter }) => parameter.name))
  const partsOf = (text: unknown) => (typeof text === 'string' ? parseTemplate(text).parts : [])
  const isOwn = (part: TemplatePart) => part.kind === 'placeholder' && (namesUnknown || names.has(part.name))
  // Any text beside the placeholders is the author's.
  const allOwn = secrets.every((text) => partsOf(text).every(isOwn))
  return !(allOwn && (auth.clientId === undefined || partsOf(auth.clientId).some(isOwn)))
}

const clientSecrets = [
  '/auth/clientSecret',
  '/auth/clientSecrets/0',
  '/auth/clientSecrets/1',
  '/auth/jwt/secret',
  '/auth/jwt/privateKey',
  '/auth/registration/initialAccessToken',
  '/auth/consumerSecret',
  '/auth/secret',
  '/auth/privateKey',
]
