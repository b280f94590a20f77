import type { Fault } from '@sallyport/contract'
import { type HostRule, hostAllowed, parseHostRule, writtenPort } from '../destination/hosts.ts'
import { parseUrl } from '../destination/url.ts'
import { parseTemplate } from '../template/parse.ts'
import type { Fields } from './fields.ts'

/** Host rules that do not hold, and addresses of the definition that its own rules leave out. */
export function hostFaults(fields: Fields): Fault[] {
  if (!fields.hosts) return []
  const rules: HostRule[] = []
  const faults: Fault[] = []
  for (const { path, text } of fields.hosts) {
    const rule = parseHostRule(text)
    if ('ok' in rule) rules.push(rule.ok)
    else faults.push({ path, ...rule.fault })
  }
  // Which addresses are left out can only be said of a list that holds.
  return faults.length > 0 ? faults : unlistedAddresses(fields, rules)
}

function unlistedAddresses(fields: Fields, rules: readonly HostRule[]): Fault[] {
  const addresses = fields.templates.flatMap(({ path, text, slot, receives }) => {
    const { constant } = parseTemplate(text)
    const url =
      slot === 'url' && receives !== 'browser' && constant !== undefined ? parseUrl(constant) : undefined
    return url ? [{ path, url }] : []
  })
  const ports = new Set(addresses.map(({ url }) => writtenPort(url)))
  return addresses
    .filter(({ url }) => !hostAllowed(rules, url, ports))
    .map(({ path, url }) => ({
      path,
      code: 'host_not_listed',
      message: `${url.hostname} is not among the definition's hosts. Add it there, or correct the address.`,
    }))
}
