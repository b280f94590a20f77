import { type Fault, foldKey, pointer } from '@sallyport/contract'
import type { AppRecord } from '../ports.ts'
import { sees } from '../principal.ts'
import type { AppOwner, AppPorts } from './ports.ts'

/** Where bindings are to lead from and to. */
export interface BindingPlace {
  readonly app: AppRecord
  /** Undefined where it is not known which: then no account is held against it. */
  readonly environment: string | undefined
}

/**
 * Bindings in the adapters' own spelling, and every fault of them at once. An account of another organization, or that
 * the caller does not see, is as absent (D6).
 */
export async function checkBindings(
  { store }: Pick<AppPorts, 'store'>,
  owner: AppOwner,
  { app, environment }: BindingPlace,
  given: Readonly<Record<string, string>>,
): Promise<{ readonly bindings: Record<string, string>; readonly faults: readonly Fault[] }> {
  const bindings: Record<string, string> = {}
  const faults: Fault[] = []
  for (const [name, id] of Object.entries(given)) {
    const path = pointer(['bindings', name])
    const adapter = app.adapters.find((each) => foldKey(each.name) === foldKey(name))
    if (!adapter) faults.push({ path, ...unknownAdapter })
    else if (Object.hasOwn(bindings, adapter.name)) faults.push({ path, ...repeated })
    const found = await store.accounts.get(owner.organizationId, id)
    const account = found && sees(owner, found) ? found : undefined
    if (!account) faults.push({ path, ...unknownAccount })
    if (account && environment !== undefined && account.environment !== environment) {
      faults.push({ path, ...otherEnvironment(account.environment, environment) })
    }
    if (account && adapter && account.integrationId !== adapter.integrationId) {
      faults.push({ path, ...otherIntegration(adapter.integration) })
    }
    if (adapter) bindings[adapter.name] = id
  }
  return { bindings, faults }
}

type Wrong = Omit<Fault, 'path'>

const unknownAdapter: Wrong = {
  code: 'unknown_adapter',
  message: 'The app has no adapter of this name. Add it to the app first, or check its spelling.',
}

const repeated: Wrong = {
  code: 'repeated',
  message: 'This adapter is bound twice; case makes no difference. Bind it to one account.',
}

const unknownAccount: Wrong = {
  code: 'unknown_account',
  message: 'There is no account of this id. Connect it first, or check the id.',
}

function otherEnvironment(has: string, wanted: string): Wrong {
  return {
    code: 'other_environment',
    message: `This account lives in the environment ${has}, and the profile belongs to ${wanted}. Bind an account of ${wanted}.`,
  }
}

function otherIntegration(wanted: string): Wrong {
  return {
    code: 'other_integration',
    message: `This account is of another integration. Bind an account of ${wanted}.`,
  }
}
