import type { Fault } from '@sallyport/contract'
import { choosesOwner } from '../destination/public-suffix.ts'
import { parseUrl } from '../destination/url.ts'
import { parseTemplate, type Template } from './parse.ts'

/** Where in an address a placeholder stands. */
export type UrlSlot = 'origin' | 'host' | 'path' | 'query'

/** An address with placeholders, none of which can stand in scheme, port or fragment. */
export interface UrlTemplate {
  readonly template: Template
  /** By position in `template.parts`; undefined for literals. */
  readonly slots: readonly (UrlSlot | undefined)[]
  /** Undefined when the whole origin is a placeholder. */
  readonly protocol: 'http:' | 'https:' | undefined
  readonly port: number | undefined
  /** Scheme and authority as written: `https://{serverName}.example.com:8443`. */
  readonly originTemplate: string
  /** The host's literal text before its first placeholder and after its last, in lower case. */
  readonly hostPrefix: string
  readonly hostSuffix: string
}

export type UrlTemplateResult = { readonly ok: UrlTemplate } | { readonly fault: Omit<Fault, 'path'> }

// A placeholder's stand-in while the address is taken apart; literals with control characters are refused first.
const mark = '\0'
const dotSegment = /(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i

/** Takes an address with placeholders apart; only what is literal can decide scheme, port and structure. */
export function parseUrlTemplate(text: string): UrlTemplateResult {
  const template = parseTemplate(text)
  const wrong = textFault(text)
  if (wrong) return { fault: wrong }
  const skeleton = template.parts.map((part) => (part.kind === 'literal' ? part.text : mark)).join('')
  return skeleton.startsWith(mark) ? originForm(template, skeleton) : writtenForm(template, skeleton)
}

/** The names in one slot, each once. */
export function placeholdersIn(url: UrlTemplate, slot: UrlSlot): readonly string[] {
  const names = url.template.parts.flatMap((part, index) =>
    part.kind === 'placeholder' && url.slots[index] === slot ? [part.name] : [],
  )
  return [...new Set(names)]
}

/**
 * Whether a value decides to whom the address belongs: true of `{instanceUrl}/x`, `https://{x}`,
 * `https://{x}.com` and `https://{x}.github.io`, false of `https://{x}.example.com`.
 */
export function valueChoosesOwner(url: UrlTemplate): boolean {
  if (url.slots.includes('origin')) return true
  if (!url.slots.includes('host')) return false
  const dot = url.hostSuffix.indexOf('.')
  return choosesOwner(dot === -1 ? '' : url.hostSuffix.slice(dot + 1))
}

function textFault(text: string): Omit<Fault, 'path'> | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u0020\u007f\\]|\p{Surrogate}/u.test(text)) {
    return {
      code: 'url_characters',
      message: 'The address holds spaces, control characters or a backslash. Remove or encode them.',
    }
  }
  if (text.includes('#')) {
    return { code: 'url_fragment', message: 'A fragment is never sent. Remove the # and what follows it.' }
  }
  return undefined
}

/** `{instanceUrl}` and whatever path follows. */
function originForm(template: Template, skeleton: string): UrlTemplateResult {
  if (!/^\0(?:[/?]|$)/.test(skeleton)) {
    return fault(
      'url_placeholder',
      'A placeholder at the beginning is the whole address, with scheme and host: write only a path behind it.',
    )
  }
  const rest = skeleton.slice(1)
  if (dotSegment.test(pathOf(rest))) return dotFault()
  const slots = slotsOf(template, { authorityEnd: 0, queryStart: startOfQuery(skeleton) })
  const [first] = template.parts
  const name = first?.kind === 'placeholder' ? first.name : ''
  return {
    ok: {
      template,
      slots: ['origin', ...slots.slice(1)],
      protocol: undefined,
      port: undefined,
      originTemplate: `{${name}}`,
      hostPrefix: '',
      hostSuffix: '',
    },
  }
}

function writtenForm(template: Template, skeleton: string): UrlTemplateResult {
  const [origin, scheme, authority = ''] = /^(https?):\/\/([^/?]*)/i.exec(skeleton) ?? []
  if (origin === undefined) return fault('url_scheme', 'The address must begin with https:// or http://.')
  if (authority.includes('@')) {
    return fault('url_userinfo', 'The address must not hold a user or password. Use `auth` for them.')
  }
  const [, host = '', port] = /^(.*?)(?::([^:\]]*))?$/s.exec(authority) ?? []
  if (port?.includes(mark)) return fault('url_port', 'A port cannot be a placeholder. Write it out.')
  const example = parseUrl(`${scheme}://${authority.replaceAll(mark, 'x')}`)
  if (!example)
    return fault(
      'url_host',
      'The address has no valid host and port. Write them as in https://api.example.com:8443.',
    )
  if (dotSegment.test(pathOf(skeleton.slice(origin.length)))) return dotFault()

  const lower = host.toLowerCase()
  const names = template.parts.flatMap((part) => (part.kind === 'placeholder' ? [part.name] : []))
  const open = lower.includes(mark)
  return {
    ok: {
      template,
      slots: slotsOf(template, { authorityEnd: origin.length, queryStart: startOfQuery(skeleton) }),
      protocol: example.protocol,
      port: example.port,
      originTemplate: origin.replaceAll(mark, () => `{${names.shift()}}`),
      hostPrefix: open ? lower.slice(0, lower.indexOf(mark)) : example.hostname,
      hostSuffix: open ? lower.slice(lower.lastIndexOf(mark) + 1).replace(/\.$/, '') : example.hostname,
    },
  }
}

function slotsOf(
  template: Template,
  ends: { readonly authorityEnd: number; readonly queryStart: number },
): (UrlSlot | undefined)[] {
  let position = 0
  return template.parts.map((part) => {
    const at = position
    position += part.kind === 'literal' ? part.text.length : mark.length
    if (part.kind === 'literal') return undefined
    if (at < ends.authorityEnd) return 'host'
    return at < ends.queryStart ? 'path' : 'query'
  })
}

function startOfQuery(skeleton: string): number {
  const at = skeleton.indexOf('?')
  return at === -1 ? Number.POSITIVE_INFINITY : at
}

function pathOf(rest: string): string {
  return rest.split('?', 1)[0] ?? ''
}

function dotFault(): UrlTemplateResult {
  return fault('url_path', 'The path must not hold the segments . and .., which lead elsewhere. Remove them.')
}

function fault(code: string, message: string): UrlTemplateResult {
  return { fault: { code, message } }
}
