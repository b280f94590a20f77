import type { Definition, IntegrationPreviewInput, IntegrationPreviewReply } from '@sallyport/contract'
import { clientDefinition, isReferring, registrationIdOf, withClient } from '../credentials/definition.ts'
import { newId } from '../id.ts'
import { changed, type IntegrationPorts, integrationByKey, written } from '../integrations/integrations.ts'
import { splitSecrets } from '../integrations/secrets.ts'
import { redirectUriOf } from '../integrations/view.ts'
import type { IntegrationRecord } from '../ports.ts'
import type { PreviewContext } from '../schemes/request-preview.ts'
import { keptClients } from './kept-clients.ts'
import { previewCalls } from './preview-calls.ts'
import { type PreviewedDefinition, sampleAccount } from './sample-account.ts'
import { showing } from './shown.ts'
import { StandIns } from './stand-ins.ts'
import { steadyRandom } from './steady-random.ts'
import { type Unavailable, type Watched, watched } from './watched.ts'

type Ports = Pick<
  IntegrationPorts,
  'store' | 'vault' | 'clock' | 'random' | 'policy' | 'publicUrl' | 'catalogue'
>

/**
 * What a definition would send, as its requests are made, with nothing of it sent and nothing stored. No secret of
 * anybody's takes part: stand-ins do.
 *
 * @throws SallyportError definition_invalid with all faults, not_found
 */
export async function previewIntegration(
  ports: Ports,
  { organizationId }: { readonly organizationId: string },
  input: IntegrationPreviewInput,
): Promise<IntegrationPreviewReply> {
  const { parameters = {} } = input
  const previewed = await previewedDefinition(ports, organizationId, input)
  const { definition, integration } = previewed
  const text = JSON.stringify([definition, parameters])
  const standIns = new StandIns(text)
  const own = { ...ports, random: steadyRandom() }
  const target = await sampleAccount(own, previewed, parameters, standIns)
  const isStored = input.integration !== undefined || integration.oauthClient !== undefined
  const id = isStored ? registrationIdOf(integration) : standIns.unknown('id')
  const context: PreviewContext = {
    connection: target.connection,
    credential: target.credential,
    redirectUri: redirectUriOf(ports.publicUrl, id),
    state: standIns.computed('state'),
    unknown: (name) => standIns.unknown(name),
    unknownAddress: (name, beside) =>
      standIns.unknownIn(name, (standIn) => `${new URL(beside).origin}/${standIn}`),
  }
  const schemePorts = { clock: ports.clock, random: own.random, registrations: keptClients() }
  const show = showing(standIns, `${text} ${ports.publicUrl}`)
  const seen: (Watched | Unavailable)[] = []
  for (const preview of target.scheme.previews?.(definition) ?? [])
    seen.push(...(await watched(schemePorts, preview, context)))
  const called = await previewCalls(own, target)
  const failed = [...seen, ...called].flatMap((each) => ('failure' in each ? [each] : []))
  return {
    requests: [
      ...onceEach(seen.flatMap((each) => ('failure' in each ? [] : [show.watched(each)]))),
      ...called.flatMap((each) => ('call' in each ? [show.call(each.purpose, each.call)] : [])),
    ],
    unavailable: failed.map(({ purpose, failure }) => ({
      purpose,
      code: failure.code,
      message: show.text(messageOf(failure)),
    })),
  }
}

/** Checked as it would be stored; what is secret of it is left behind here. */
async function previewedDefinition(
  ports: Ports,
  organizationId: string,
  { definition: input, integration: key }: IntegrationPreviewInput,
): Promise<PreviewedDefinition> {
  const before = key === undefined ? undefined : await integrationByKey(ports, organizationId, key)
  const made = before ? await changed(ports, before, input) : await written(ports, organizationId, input)
  const { visible, secrets } = splitSecrets(made.definition)
  const client = made.oauthClient
  const whole = isReferring(visible) ? withClient(visible, clientDefinition(client)) : visible
  const now = ports.clock.now()
  const row = { organizationId, id: newId('int', ports), version: 1, createdAt: now, updatedAt: now }
  const integration: IntegrationRecord = {
    ...row,
    ...(before && { id: before.id }),
    key: visible.key,
    name: visible.name,
    definition: JSON.stringify(visible),
    secrets: undefined,
    secretsSet: [],
    oauthClient: client,
  }
  return {
    definition: withoutCertificates(whole),
    integration,
    secretPaths: [...Object.keys(secrets), ...(client?.secretsSet ?? [])].filter((path) => !isTls(path)),
  }
}

/** A certificate is part of the connection, and of no request. */
function withoutCertificates({ tls: _, ...definition }: Definition): Definition {
  const { tls: __, ...auth } = definition.auth as Definition['auth'] & { readonly tls?: unknown }
  return { ...definition, auth: auth as Definition['auth'] }
}

function isTls(path: string): boolean {
  return /^(\/auth)?\/tls\//.test(path)
}

/** What is asked of an issuer is the same each time. */
function onceEach(requests: IntegrationPreviewReply['requests']): IntegrationPreviewReply['requests'] {
  const texts = requests.map(({ follows: _, ...request }) => JSON.stringify(request))
  return requests.filter((_, index) => texts.indexOf(texts[index] ?? '') === index)
}

function messageOf({ message, faults }: Unavailable['failure']): string {
  if (faults.length === 0) return message
  return [...new Set(faults.map((fault) => fault.message))].join(' ')
}
