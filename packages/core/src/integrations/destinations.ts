import type { Definition } from '@sallyport/contract'
import { schemeOf } from '../schemes/index.ts'
import { parseUrlTemplate } from '../template/url-template.ts'

/**
 * Everything that decides where secrets are sent: type, origins of all URLs, hosts, placement, kinds of parameters,
 * and which of them are secret, as the others are shown. Two definitions with the same text send them to the same
 * places (D3).
 */
export function destinations(definition: Definition): string {
  const urls = schemeOf(definition)
    .templates(definition.auth)
    .filter(({ slot }) => slot === 'url')
    // An issuer is its whole name (B20): of two on one host, each publishes addresses of its own.
    .map(({ path, text }) => [path, path === '/auth/issuer' ? text : originOf(text)])
  return JSON.stringify([
    definition.auth.type,
    originOf(definition.baseUrl ?? ''),
    urls,
    [...(definition.hosts ?? [])].sort(),
    definition.placement ?? null,
    (definition.parameters ?? [])
      .map(({ name, kind, secret }) => [name, kind ?? null, secret ?? false])
      .sort(),
  ])
}

function originOf(text: string): string {
  const parsed = parseUrlTemplate(text)
  return 'ok' in parsed ? parsed.ok.originTemplate : text
}
