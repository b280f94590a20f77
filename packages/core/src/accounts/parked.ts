import { registrationIdOf } from '../credentials/definition.ts'
import { serializeCredential } from '../credentials/seal.ts'
import type { Target } from '../credentials/target.ts'
import { newId } from '../id.ts'
import type { FlowRecord } from '../ports.ts'
import type { Credential } from '../schemes/scheme.ts'
import { hashToken, newToken } from '../token.ts'
import { flowMilliseconds, sealFlow } from './flow-secrets.ts'
import type { AccountPorts } from './ports.ts'

/** An authorization that is over but for its confirmation, and came back by no callback. */
export async function parkedFlow(
  ports: Pick<AccountPorts, 'vault' | 'clock' | 'random' | 'publicUrl'>,
  { account, integration }: Pick<Target, 'account' | 'integration'>,
  credential: Credential,
): Promise<FlowRecord> {
  const now = ports.clock.now()
  const callbackId = registrationIdOf(integration)
  const flow: FlowRecord = {
    organizationId: account.organizationId,
    environment: account.environment,
    id: newId('flw', ports),
    accountId: account.id,
    integrationId: integration.id,
    callbackId,
    // That nobody holds.
    startHash: hashToken(newToken(ports.random)),
    stateHash: undefined,
    browserHash: undefined,
    resultHash: undefined,
    sealed: undefined,
    confirm: true,
    returnUrl: undefined,
    redirectUri: `${ports.publicUrl}/callback/${callbackId}`,
    state: 'parked',
    failure: undefined,
    failureDetail: undefined,
    createdAt: now,
    expiresAt: now + flowMilliseconds,
  }
  return { ...flow, sealed: await sealFlow(ports.vault, flow, serializeCredential(credential)) }
}
