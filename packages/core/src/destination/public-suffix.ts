import { getDomain } from 'tldts'

/**
 * Whether a label put before this suffix chooses who owns the name: true of `com`, `co.uk`, `github.io`
 * and the empty suffix, false of `example.com`.
 */
export function choosesOwner(suffix: string): boolean {
  if (suffix === '') return true
  // Probing one label deeper also finds suffixes that exist only by a wildcard, as `kawasaki.jp`.
  const owner = getDomain(`probe.${suffix}`, { allowPrivateDomains: true, validateHostname: false })
  return owner === null || owner.length > suffix.length
}
