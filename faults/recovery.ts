import { call, crowd, renew, type Standing, standingOn } from './calls.ts'
import type { FaultAccount, Site } from './site.ts'
import { until } from './until.ts'

/** What became of an account once everything ran again and calls went on. */
export interface Recovery {
  /** As soon as every node answered. */
  readonly atFirst: Standing
  /** How often refresh tokens were sent because somebody insisted while it was in doubt. */
  readonly sentInDoubt: number
  /** When nothing was left to be decided. */
  readonly atLast: Standing
  /** What each node answered when it was told to renew, one after the other; empty for an account that is lost. */
  readonly renewals: readonly number[]
}

const callersPerNode = 3

/**
 * Has calls go on at every node until they have one answer: first with the token that there is, then with one that the
 * provider does not take any more, so that whatever was put off has to be decided. That is done once a minute for an
 * account: `rejects` is false where it has been done already.
 */
export async function recover(
  { nodes, provider }: Pick<Site, 'nodes' | 'provider'>,
  { id, refreshToken }: FaultAccount,
  { rejects = true } = {},
): Promise<Recovery> {
  const [first] = nodes
  const settled = async () => {
    const replies = await crowd(nodes, callersPerNode, (node) => call(node, id))
    const seen = new Set(replies.map(({ status }) => status))
    return seen.size === 1 && (seen.has(200) || seen.has(409))
  }
  await until('calls that are answered', settled)
  // In the background a start may still be about it.
  const atFirst = await until('a state that says something', async () => {
    const standing = await standingOn(first, id)
    return standing.status !== undefined && standing
  })
  const timesSent = () => provider.family(refreshToken).timesSent.reduce((sum, times) => sum + times, 0)
  const before = timesSent()
  if (atFirst.reason === 'in_doubt') await crowd(nodes, 1, (node) => renew(node, id))
  const sentInDoubt = timesSent() - before
  if (rejects) provider.forgetAccessTokens()
  await until('calls that have one answer', settled)
  const atLast = await until('a final state', async () => {
    const standing = await standingOn(first, id)
    return (standing.status === 'connected' || standing.status === 'needs_reconnect') && standing
  })
  const renewals: number[] = []
  if (atLast.status === 'connected') {
    for (const node of nodes) renewals.push((await renew(node, id)).status)
  }
  return { atFirst, sentInDoubt, atLast, renewals }
}
