import { serializeCredential } from '../credentials/seal.ts'
import type { Target } from '../credentials/target.ts'
import type { FlowRecord } from '../ports.ts'
import type { Credential } from '../schemes/scheme.ts'
import { newFlow } from './authorize.ts'
import { sealFlow } from './flow-secrets.ts'
import type { AccountPorts } from './ports.ts'

/** An authorization that is over but for its confirmation, and came back by no callback. */
export async function parkedFlow(
  ports: Pick<AccountPorts, 'vault' | 'clock' | 'random' | 'publicUrl'>,
  { account, integration }: Pick<Target, 'account' | 'integration'>,
  credential: Credential,
): Promise<FlowRecord> {
  // Nobody holds what it would be begun with.
  const { flow } = newFlow(ports, account, integration, { confirm: true })
  const parked: FlowRecord = { ...flow, state: 'parked' }
  return { ...parked, sealed: await sealFlow(ports.vault, parked, serializeCredential(credential)) }
}
