import { SallyportError } from '../error.ts'
import type { FlowRecord } from '../ports.ts'
import type { AccountPorts } from './ports.ts'

/** What the result page tells a person about an authorization. */
export interface FlowOutcome {
  readonly state: FlowRecord['state']
  readonly failure: string | undefined
  readonly failureDetail: string | undefined
  readonly integrationName: string
  readonly accountId: string
}

/** @throws SallyportError flow_invalid once it is over for ten minutes, or for another callback */
export async function readFlow(
  ports: Pick<AccountPorts, 'store' | 'clock'>,
  callbackId: string,
  id: string,
): Promise<FlowOutcome> {
  const flow = await ports.store.flows.get(id)
  if (!flow || flow.callbackId !== callbackId || flow.expiresAt + 600_000 <= ports.clock.now()) {
    throw new SallyportError('flow_invalid')
  }
  const integration = await ports.store.integrations.get(flow.organizationId, flow.integrationId)
  return {
    state: flow.state,
    failure: flow.failure,
    failureDetail: flow.failureDetail,
    integrationName: integration?.name ?? 'the integration',
    accountId: flow.accountId,
  }
}
