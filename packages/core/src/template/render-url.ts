import type { ParameterKind } from '@sallyport/contract'
import { type ParsedUrl, parseUrl } from '../destination/url.ts'
import { invalid } from '../error.ts'
import { renderValue, type TemplateValues, valueFault } from './render.ts'
import { placeholdersIn, type UrlSlot, type UrlTemplate } from './url-template.ts'

/** Kinds by the full name between the braces; without one, a value in a host is a single label. */
export type ValueKinds = Readonly<Record<string, ParameterKind>>

/**
 * The address with its values. What the template writes of scheme, host and port is what comes out.
 * @throws SallyportError account_incomplete without a value, input_invalid with one that may not stand there
 */
export function renderUrl(url: UrlTemplate, values: TemplateValues, kinds: ValueKinds): string {
  if (url.template.constant !== undefined) return url.template.constant
  const text = url.template.parts
    .map((part, index) => {
      if (part.kind === 'literal') return part.text
      const slot = url.slots[index] ?? 'path'
      const written = renderValue(part.name, values, valueSlot(slot, kindIn(url, part.name, kinds)))
      return slot === 'origin' ? joinable(written, url.template.parts[index + 1]) : written
    })
    .join('')
  if (!staysAsWritten(url, kinds, parseUrl(text))) throw hostRefused(url)
  return text
}

function valueSlot(slot: UrlSlot, kind: ParameterKind | undefined) {
  if (slot === 'host') return kind === 'host' ? 'host' : 'label'
  return ({ origin: 'url', path: 'segment', query: 'query' } as const)[slot]
}

/** So that `{instanceUrl}/api` has one slash, however the value ends. */
function joinable(origin: string, next: UrlTemplate['template']['parts'][number] | undefined): string {
  const slashFollows = next?.kind === 'literal' && next.text.startsWith('/')
  return slashFollows ? origin.replace(/\/$/, '') : origin
}

function staysAsWritten(url: UrlTemplate, kinds: ValueKinds, rendered: ParsedUrl | undefined): boolean {
  if (!rendered) return false
  if (url.protocol === undefined) return true
  const hostNames = placeholdersIn(url, 'host')
  const isMadeOfLabels = hostNames.length > 0 && hostNames.some((name) => kindIn(url, name, kinds) !== 'host')
  return (
    rendered.protocol === url.protocol &&
    rendered.port === url.port &&
    rendered.hostname.startsWith(url.hostPrefix) &&
    rendered.hostname.endsWith(url.hostSuffix) &&
    !(isMadeOfLabels && rendered.address !== undefined)
  )
}

function hostRefused(url: UrlTemplate) {
  const names = [...placeholdersIn(url, 'host'), ...placeholdersIn(url, 'origin')]
  return invalid(
    'input_invalid',
    names.map((name) => valueFault(name, 'such that the address has a valid host name')),
  )
}

/** A kept value has no declared kind: alone in the host's place, it is the whole host. */
function kindIn(url: UrlTemplate, name: string, kinds: ValueKinds): ParameterKind | undefined {
  if (Object.hasOwn(kinds, name)) return kinds[name]
  return name.startsWith('kept.') && url.hostPrefix === '' && url.hostSuffix === '' ? 'host' : undefined
}
