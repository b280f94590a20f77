import type { ReactNode } from 'react'
import { inWords } from '../integrations/definition-facts.ts'
import type { Provider } from './queries.ts'

/** The facts that most come for: where requests go, what for, and how they are authenticated. */
export function knownFacts({ definition, scopes, apis, operations }: Provider): Facts {
  const { baseUrl, hosts, auth } = definition
  const block: Readonly<Record<string, unknown>> = auth
  const named = Object.fromEntries(
    shownMembers.flatMap((name) => {
      const value = block[name]
      return typeof value === 'string' ? [[inWords(name), <code key={name}>{value}</code>]] : []
    }),
  )
  return {
    'Base URL': baseUrl && <code>{baseUrl}</code>,
    ...named,
    Hosts: listed(hosts),
    'Known scopes': listed(scopes),
    APIs: listed(apis?.map(({ name }) => name)),
    Operations: operations && 'some are known, to be taken over',
  }
}

type Facts = Readonly<Record<string, ReactNode>>

const shownMembers = [
  ...['grant', 'authorizationUrl', 'tokenUrl', 'refreshUrl', 'revokeUrl', 'deviceUrl', 'issuer'],
  ...['clientAuthentication', 'pkce'],
]

const confidences = {
  curated: 'gone through by hand, field by field',
  high: 'three sources or more agree on its addresses',
  medium: 'two sources or more know it',
} as const

/** How far the entry can be relied on. */
export function evidenceFacts({ evidence, version, family }: Provider): Facts {
  const { confidence, sources, agreement, assumed, missing, conflicts } = evidence
  const fields = (paths: readonly string[] | undefined) =>
    listed(paths?.map((path) => path.replace('/definition/', '/')))
  const warnings = [
    ...(evidence.legacyOnly ? ['only old sources know it'] : []),
    ...(evidence.availabilityUnverified ? ['it may not be offered any more'] : []),
  ]
  return {
    Confidence: `${confidence}: ${confidences[confidence]}`,
    Sources: `${sources}, of which ${agreement} agree on the addresses`,
    'Version of the entry': version,
    Family: family,
    Assumed: fields(assumed),
    'Not known': fields(missing),
    'Sources differ on': fields(conflicts?.map(({ field }) => field)),
    Beware: listed(warnings),
  }
}

function listed(values: readonly string[] = []): string | undefined {
  return values.length === 0 ? undefined : values.join(', ')
}
