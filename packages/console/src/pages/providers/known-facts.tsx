import type { Fact } from '../../ui/facts.tsx'
import { inWords } from '../integrations/definition-facts.ts'
import type { Provider } from './queries.ts'

/** The facts that most come for: where requests go, what for, and how they are authenticated. */
export function knownFacts({ definition, scopes = [], apis = [], operations }: Provider): readonly Fact[] {
  const { baseUrl, hosts = [], auth } = definition
  const block: Readonly<Record<string, unknown>> = auth
  const named = (names: readonly string[]): Fact[] =>
    names.flatMap((name) => {
      const value = block[name]
      return typeof value === 'string' ? [[inWords(name), <code key={name}>{value}</code>] as const] : []
    })
  return [
    ...(baseUrl === undefined ? [] : [['Base URL', <code key="base">{baseUrl}</code>] as const]),
    ...named(['grant', 'authorizationUrl', 'tokenUrl', 'refreshUrl', 'revokeUrl', 'deviceUrl', 'issuer']),
    ...named(['clientAuthentication', 'pkce']),
    ...listed('Hosts', hosts),
    ...listed('Known scopes', scopes),
    ...listed(
      'APIs',
      apis.map(({ name }) => name),
    ),
    ...(operations === undefined ? [] : [['Operations', 'some are known, to be taken over'] as const]),
  ]
}

const confidences = {
  curated: 'gone through by hand, field by field',
  high: 'three sources or more agree on its addresses',
  medium: 'two sources or more know it',
} as const

/** How far the entry can be relied on. */
export function evidenceFacts({ evidence, version, family }: Provider): readonly Fact[] {
  const { confidence, sources, agreement, assumed = [], missing = [], conflicts = [] } = evidence
  const fields = (paths: readonly string[]) => paths.map((path) => path.replace('/definition/', '/'))
  const warnings = [
    ...(evidence.legacyOnly ? ['only old sources know it'] : []),
    ...(evidence.availabilityUnverified ? ['it may not be offered any more'] : []),
  ]
  return [
    ['Confidence', `${confidence}: ${confidences[confidence]}`],
    ['Sources', `${sources}, of which ${agreement} agree on the addresses`],
    ['Version of the entry', version],
    ['Family', family],
    ...listed('Assumed', fields(assumed)),
    ...listed('Not known', fields(missing)),
    ...listed('Sources differ on', fields(conflicts.map(({ field }) => field))),
    ...listed('Beware', warnings),
  ]
}

function listed(name: string, values: readonly string[]): readonly Fact[] {
  return values.length === 0 ? [] : [[name, values.join(', ')]]
}
