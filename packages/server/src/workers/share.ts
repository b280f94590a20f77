import type { Config } from '../config.ts'

/** What one of several workers lets through, so that all of them together let through what the node does. */
export function shareOf({
  callLimits,
  workers,
}: Pick<Config, 'callLimits' | 'workers'>): Config['callLimits'] {
  const share = (count: number) => Math.ceil(count / workers)
  const { ofOrganization, ofKey, keyRequestsPerSecond, invalidKeysPerMinute } = callLimits
  return {
    ofOrganization: share(ofOrganization),
    ofKey: ofKey === undefined ? undefined : share(ofKey),
    keyRequestsPerSecond: keyRequestsPerSecond === undefined ? undefined : share(keyRequestsPerSecond),
    invalidKeysPerMinute: share(invalidKeysPerMinute),
  }
}
