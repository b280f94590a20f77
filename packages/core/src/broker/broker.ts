import { type CallInput, call } from '../call/call.ts'
import { stillAdmitted } from '../call/still-admitted.ts'
import { type EventQuery, listEvents } from '../events/list.ts'
import { callFiles, type FilesInput } from '../files/files.ts'
import { authenticate } from '../identity/authenticate.ts'
import * as setup from '../identity/setup.ts'
import type { News, PageRequest } from '../ports.ts'
import type { Principal } from '../principal.ts'

import { assemble } from './assemble.ts'
import {
  accountCalls,
  environmentCalls,
  flowCalls,
  integrationCalls,
  keyCalls,
  oauthClientCalls,
  webhookCalls,
} from './calls.ts'
import type { BrokerOptions } from './options.ts'
/** The front door: everything that Sallyport does, whoever asks. */
export type Broker = Awaited<ReturnType<typeof createBroker>>

/** Opens the front door. */
export async function createBroker(options: BrokerOptions) {
  const assembled = await assemble(options)
  const { base, memory, organization, egress, lastUsed, passage, files, ports, identity, background } =
    assembled
  const { renewals, revocations } = ports
  await base.fence.beforeRenewals(() => renewals.recover({ isAlone: options.isAlone }))
  if (options.adminKey) await setup.skipSetup(base)

  return {
    authenticate: (header: string | undefined) => authenticate(identity, header),
    call: (input: CallInput) => call(passage, input),
    /** Of a call that lasts: whether this key could still make it. */
    stillAdmits: (header: string | undefined, account: string) =>
      stillAdmitted(passage, () => authenticate(identity, header), account),
    files: (input: FilesInput) => callFiles(files, input),
    /** How calls fared at the limits of their integrations, in this process. */
    limits: () => passage.limits.snapshot(),
    integrations: integrationCalls({ ...base, revocations }),
    oauthClients: oauthClientCalls(base),
    accounts: accountCalls(ports),
    flows: flowCalls(ports),
    events: {
      list: (owner: Principal, query: EventQuery, page: PageRequest) => listEvents(base, owner, query, page),
    },
    webhooks: webhookCalls({ ...base, deliveries: background.deliveries }),
    environments: environmentCalls(base),
    keys: keyCalls(base),
    setup: {
      isDone: () => setup.isSetUp(base),
      offer: () => setup.offerSetup(base),
      complete: (token: string) => setup.completeSetup(base, organization.id, token),
    },
    /** What another process of this node tells. */
    hear(news: News) {
      if (news.kind === 'changed') memory.forget(news.account)
      else base.admission.hear(news)
    },
    /** Why no token is renewed and nothing is done in the background; undefined while all is well. */
    closed: () => base.fence.closed,
    /** Does the work that is due: to be called about once a second. */
    runDue: background.runDue,
    /** Nothing is done in the background any more; calls are served until `close`. */
    rest: background.rest,
    /** Writes down what is kept in memory for a moment. */
    flush: () => lastUsed.flush(),
    /** Lets renewals and calls under way end, and writes the rest down. */
    async close() {
      await background.rest()
      await background.settled()
      await egress.close()
      await lastUsed.flush()
    },
  }
}
