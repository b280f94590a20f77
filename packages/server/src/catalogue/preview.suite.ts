import type { IntegrationPreviewReply, PreviewedRequest } from '@sallyport/contract'
import type { Exchange } from '@sallyport/emulator'
import type { Journey, World } from './life-cycle.suite.ts'

/** What frames a message, or comes with whatever program calls. */
const notOurs = new Set(
  'host connection content-length transfer-encoding accept-language sec-fetch-mode accept-encoding user-agent'.split(
    ' ',
  ),
)

/** The request of the stage `call`, behind the base URL. */
const calledPath = '/things/1'
const calledQuery = 'of=a%20b'

/** What the provider of a journey was sent that no preview of its definition shows. */
export async function notPreviewed({ sallyport }: World, journey: Journey): Promise<readonly string[]> {
  const { key, input, emulated } = journey
  const { parameters } = emulated.use
  const reply = await sallyport.request('POST', '/v1/integrations/preview', {
    definition: input,
    parameters,
  })
  if (reply.status !== 201) return [`${key}: ${reply.text}`]
  const { requests, unavailable } = reply.body as IntegrationPreviewReply
  const secrets = secretsOf(journey)
  const told = secrets.filter((secret) => reply.text.includes(secret))
  const others = emulated.provider
    .exchanges()
    .filter(({ accepted, purpose }) => accepted && purpose !== 'verify')
    // Pages of a list are another call than that of the stage.
    .filter(({ request: { path } }) => !path.endsWith('/things'))
    // Nobody knows a challenge before there is one.
    .filter(({ request: { headers } }) => !headers.authorization?.startsWith('Digest '))
    .filter((exchange) => !requests.some((request) => isPreviewOf(request, exchange)))
  const purposes = new Set(others.map(({ purpose }) => purpose))
  return [
    ...unavailable.map(({ purpose, message }) => `${key}: ${purpose}: ${message}`),
    ...told.map((secret) => `${key}: it shows ${secret}`),
    ...[...purposes].map((purpose) => {
      const exchange = others.find((each) => each.purpose === purpose)
      const shown = requests.map((request) => `  ${JSON.stringify(request)}`).join('\n')
      return `${key}: ${purpose}: ${exchange && asText(exchange)}\n${shown}`
    }),
  ]
}

/** Of the definition and of its account. */
function secretsOf({ emulated: { use } }: Journey): string[] {
  const declared = (use.definition.parameters ?? []).filter(({ secret }) => secret)
  const auth: Readonly<Record<string, unknown>> = { ...use.definition.auth }
  const own = [auth.clientSecret, auth.consumerSecret].filter((text) => typeof text === 'string')
  return [
    ...own,
    ...declared.flatMap(({ name }) => use.parameters[name] ?? []),
    ...Object.values(use.secret),
  ].filter((text) => text !== '' && text !== 'key')
}

function isPreviewOf(preview: PreviewedRequest, { purpose, request }: Exchange): boolean {
  const isCall = purpose === 'call'
  const address = isCall && preview.purpose === 'call' ? called(preview.url) : preview.url
  const sent = `${request.path}${request.query === '' ? '' : `?${request.query}`}`
  const names = new Set(preview.headers.map(({ name }) => name.toLowerCase()))
  const others = Object.keys(request.headers).filter((name) => !notOurs.has(name) && !names.has(name))
  return (
    preview.method === request.method &&
    fits(address.replace(/^https?:\/\/[^/?]+|#.*$/g, ''), sent) &&
    (preview.opensIn === 'browser' || others.length === 0) &&
    preview.headers.every(({ name, value }) => fits(value, String(request.headers[name.toLowerCase()]))) &&
    fits(preview.body ?? '', request.body.toString('utf8'))
  )
}

function called(url: string): string {
  const [address = '', query] = url.split(/\?(.*)/s)
  return `${address.replace(/\/$/, '')}${calledPath}?${calledQuery}${query === undefined ? '' : `&${query}`}`
}

/** Whether a text is what was shown, but for what is masked, not known before, or told by the clock. */
function fits(shown: string, sent: string): boolean {
  const pattern = shown
    .replace(/[.*+?^$(){}|[\]\\]/g, '\\$&')
    .replace(/\\\[(secret|\\\.\\\.\\\.)\\\]|\\\{[\w.\\]+\\\}/g, '[^]+')
    .replace(/\d{10,13}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '[-0-9a-f]+')
  return new RegExp(`^${pattern}$`).test(sent)
}

function asText({ request: { method, path, query, headers, body } }: Exchange): string {
  return `${method} ${path}?${query} ${JSON.stringify(headers)} ${body.toString('utf8')}`
}
