import type { Fault } from '@sallyport/contract'
import { choosesOwner } from './public-suffix.ts'
import { defaultPorts, type ParsedUrl, parseUrl } from './url.ts'

/** One entry of `hosts`: an exact host, or all names under one. */
export interface HostRule {
  readonly protocol: 'http:' | 'https:' | undefined
  /** Without the `*.`. */
  readonly hostname: string
  readonly subdomains: boolean
  readonly port: number | undefined
}

export type HostRuleResult = { readonly ok: HostRule } | { readonly fault: Omit<Fault, 'path'> }

const shape = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s

/** Reads `[scheme://]host[:port]` or `[scheme://]*.suffix[:port]`. */
export function parseHostRule(text: string): HostRuleResult {
  const [, scheme, rest = ''] = shape.exec(text) ?? []
  const protocol = scheme === undefined ? undefined : (`${scheme.toLowerCase()}:` as const)
  if (protocol !== undefined && protocol !== 'http:' && protocol !== 'https:') {
    return fault('host_scheme', 'Write https:// or http:// before the host, or nothing.')
  }
  if (/[/?#@\\]/.test(rest)) return fault('host_extra', 'Write the host alone, without user, path or query.')
  if (/^\*(?::|$)/.test(rest)) {
    return fault('wildcard_everything', 'A bare * would send the credential anywhere. Name the hosts.')
  }
  const subdomains = rest.startsWith('*.')
  const host = subdomains ? rest.slice(2) : rest
  if (host.includes('*')) {
    return fault(
      'wildcard_position',
      'A * can only be the whole first label. Write *.example.com, or name the hosts.',
    )
  }
  const written = /^(.*?)(?::([^:\]]*))?$/s.exec(host)
  const port = written?.[2]
  if (port !== undefined && !(/^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65535)) {
    return fault('host_port', 'The port must be a number from 1 to 65535.')
  }
  const url = parseUrl(`https://${written?.[1] ?? ''}`)
  if (!url)
    return fault(
      'host_invalid',
      'This is no host. Give a name or address, as api.example.com or api.example.com:8443.',
    )
  if (subdomains) {
    const wrong = wildcardFault(url)
    if (wrong) return wrong
  }
  return {
    ok: { protocol, hostname: url.hostname, subdomains, port: port === undefined ? undefined : Number(port) },
  }
}

/** The rule that an address itself is: its origin and nothing else. */
export function originRule(url: ParsedUrl): HostRule {
  return { protocol: url.protocol, hostname: url.hostname, subdomains: false, port: url.port }
}

/** What `hostAllowed` takes as written: `https:8443`. */
export function writtenPort(url: ParsedUrl): string {
  return `${url.protocol}${url.port}`
}

/**
 * Whether a credential may go to this address. `writtenPorts` are those of the definition's own addresses:
 * with them, a rule that names neither scheme nor port covers more than https on 443.
 */
export function hostAllowed(
  rules: readonly HostRule[],
  url: ParsedUrl,
  writtenPorts: ReadonlySet<string>,
): boolean {
  return rules.some((rule) => nameMatches(rule, url) && portMatches(rule, url, writtenPorts))
}

function nameMatches(rule: HostRule, url: ParsedUrl): boolean {
  if (!rule.subdomains) return url.hostname === rule.hostname
  return url.address === undefined && url.hostname.endsWith(`.${rule.hostname}`)
}

function portMatches(rule: HostRule, url: ParsedUrl, writtenPorts: ReadonlySet<string>): boolean {
  if (rule.protocol !== undefined) {
    return url.protocol === rule.protocol && url.port === (rule.port ?? defaultPorts[rule.protocol])
  }
  const isWritten = writtenPorts.has(writtenPort(url))
  if (rule.port !== undefined) return url.port === rule.port && (url.protocol === 'https:' || isWritten)
  return isWritten || (url.protocol === 'https:' && url.port === defaultPorts['https:'])
}

function wildcardFault(url: ParsedUrl): HostRuleResult | undefined {
  if (url.address !== undefined || /(?:^|\.)[0-9]+$/.test(url.hostname)) {
    return fault('wildcard_address', 'An IP address has no subdomains. List the addresses one by one.')
  }
  if (choosesOwner(url.hostname)) {
    return fault(
      'wildcard_public_suffix',
      'Anybody can own a name under this suffix. Name the host, or a suffix that one owner holds.',
    )
  }
  return undefined
}

function fault(code: string, message: string): HostRuleResult {
  return { fault: { code, message } }
}
