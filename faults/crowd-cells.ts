import { call, crowd, renew } from './calls.ts'
import type { Cell } from './cell.ts'
import { recover } from './recovery.ts'
import type { Reply } from './send.ts'
import type { FaultAccount, Site } from './site.ts'
import { until } from './until.ts'
import { broken } from './verdict.ts'

const callers = 500
const soonMilliseconds = 1_500
const rounds = 30

/** Many callers at once, at every node, who all find the same token of no use. */
export const crowdCells: readonly Cell[] = [
  {
    title: `${callers} calls at once with an expired token`,
    async run(site) {
      const account = await site.connect(soonMilliseconds)
      const expiry = performance.now() + soonMilliseconds
      await until('the token’s end', () => performance.now() > expiry)
      return verdictOf(site, account)
    },
  },
  {
    title: `${callers} calls at once that the API rejects`,
    async run(site) {
      const account = await site.connect()
      site.provider.forgetAccessTokens()
      return verdictOf(site, account, { rejects: false })
    },
  },
]

/** The same race, many times: whoever looked before another’s commit and claims after it must not send. */
export const raceForClaims: Cell = {
  title: `${rounds} renewals by every node at once`,
  async run(site) {
    const account = await site.connect()
    const strange: Reply[] = []
    for (let round = 0; round < rounds; round += 1) {
      const replies = await crowd(site.nodes, 3, (node) => renew(node, account.id))
      strange.push(...replies.filter(({ status }) => status !== 201))
    }
    const [first] = strange
    const faults = first ? [`every caller gets a new token: ${spoken(first)}, and ${strange.length - 1}`] : []
    const recovery = await recover(site, account)
    return [...faults, ...(await broken(site, account, { recovery, allowed: { loss: false } }))]
  },
}

async function verdictOf(site: Site, account: FaultAccount, how = {}): Promise<string[]> {
  const { nodes, provider } = site
  const count = Math.ceil(callers / nodes.length)
  const replies = await crowd(nodes, count, (node) => call(node, account.id))
  const failed = replies.find(({ status, body }) => status !== 200 || body.tokenNumber !== 2)
  const sent = provider.family(account.refreshToken).timesSent.reduce((sum, times) => sum + times, 0)
  const faults = [...(failed ? [`every call gets the new token: ${spoken(failed)}`] : [])]
  if (sent !== 1) faults.push(`one redemption (G1): ${sent}`)
  const recovery = await recover(site, account, how)
  return [...faults, ...(await broken(site, account, { recovery, allowed: { loss: false } }))]
}

function spoken({ status, text }: Reply): string {
  return `${status} ${text}`
}
