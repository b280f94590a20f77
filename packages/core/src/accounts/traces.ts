import type { DiagnosisReply, TraceReply } from '@sallyport/contract'
import { openTarget } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { Page, PageRequest } from '../ports.ts'
import { type AccountOwner, type AccountPorts, readRecords } from './ports.ts'

/** What passed between us and an account's provider, newest first. @throws SallyportError not_found */
export async function listTraces(
  ports: Pick<AccountPorts, 'store'>,
  owner: AccountOwner,
  id: string,
  page: PageRequest,
): Promise<Page<TraceReply>> {
  await readRecords(ports, owner, id)
  const { items, nextCursor } = await ports.store.traces.list(owner.organizationId, id, page)
  return {
    items: items.map(({ id: trace, at, kind, ok, data }) => ({
      id: trace,
      at: new Date(at).toISOString(),
      kind,
      ok,
      ...(JSON.parse(data) as Omit<TraceReply, 'id' | 'at' | 'kind' | 'ok'>),
    })),
    nextCursor,
  }
}

/**
 * Asks the provider how it takes the client, in each way that is common, and says what to change.
 *
 * @throws SallyportError not_found, diagnosis_unsupported
 */
export async function diagnoseAccount(
  ports: AccountPorts,
  owner: AccountOwner,
  id: string,
): Promise<DiagnosisReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  const target = await openTarget(ports, account, integration)
  const { scheme, connection, credential } = target
  if (!scheme.tryClient) throw new SallyportError('diagnosis_unsupported')
  const tryClient = scheme.tryClient.bind(scheme)
  return ports.recorder.record('diagnose', target, ports, (watched) =>
    tryClient(watched, connection, credential),
  )
}
