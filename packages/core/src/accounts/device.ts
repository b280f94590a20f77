import type { AuthorizeInput } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import type { Target } from '../credentials/target.ts'
import { invalid } from '../error.ts'
import { newId } from '../id.ts'
import type { DevicePollRecord } from '../ports.ts'
import type { DeviceAuthorization, FlowMemory } from '../schemes/scheme.ts'
import { sealedColumns } from '../sealed-columns.ts'
import type { Vault } from '../vault/vault.ts'
import { type AccountAsker, accountDeed } from './audited.ts'
import type { AccountPorts } from './ports.ts'

/** What a person is to be told: where to go, and which code to enter there. */
export interface StartedDeviceAuthorization {
  readonly verificationUri: string
  readonly verificationUriComplete?: string
  readonly userCode: string
  readonly expiresAt: string
}

const { purpose, place } = sealedColumns.devicePoll

/**
 * Begins an authorization on another device, and has the provider asked until it has ended; whatever of this
 * account was being asked for is asked for no more.
 *
 * @throws SallyportError input_invalid, or as the provider answers
 */
export async function authorizeDevice(
  ports: AccountPorts,
  owner: AccountAsker,
  {
    target,
    device,
    input,
  }: {
    readonly target: Target
    readonly device: DeviceAuthorization
    readonly input: AuthorizeInput
  },
): Promise<StartedDeviceAuthorization> {
  refuseReturn(input)
  const { account, connection } = target
  const begun = await ports.recorder.record('device', target, ports, (watched) =>
    device.begin(watched, connection),
  )
  const now = ports.clock.now()
  const expiresAt = now + begun.expiresInSeconds * 1000
  const { organizationId, environment, id: accountId } = account
  const row = { organizationId, environment, id: newId('flw', ports) }
  const poll: DevicePollRecord = {
    ...row,
    accountId,
    sealed: await ports.vault.seal(purpose, place(row), JSON.stringify(begun.memory)),
    intervalSeconds: begun.intervalSeconds,
    dueAt: Math.min(now + begun.intervalSeconds * 1000, expiresAt),
    createdAt: now,
    expiresAt,
  }
  const deed = accountDeed('authorization_started', account)
  await recorded(ports.store, owner, deed, (store) => store.devicePolls.replace(poll))
  return {
    verificationUri: begun.verificationUri,
    ...(begun.verificationUriComplete !== undefined && {
      verificationUriComplete: begun.verificationUriComplete,
    }),
    userCode: begun.userCode,
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

/** What the authorization remembers. */
export async function openDeviceMemory(vault: Vault, poll: DevicePollRecord): Promise<FlowMemory> {
  return JSON.parse(await vault.open(purpose, place(poll), poll.sealed)) as FlowMemory
}

/** The person is at another device: no browser comes back here with a result. */
function refuseReturn({ returnUrl, confirm }: AuthorizeInput): void {
  const given = [...(returnUrl === undefined ? [] : ['returnUrl']), ...(confirm ? ['confirm'] : [])]
  if (given.length === 0) return
  throw invalid(
    'input_invalid',
    given.map((name) => ({
      path: `/${name}`,
      code: 'not_for_device',
      message: 'With the device grant no browser comes back to Sallyport. Leave this out.',
    })),
  )
}
