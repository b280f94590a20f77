import { foldKey, type ImportInput, type ImportReply, OperationInput } from '@sallyport/contract'
import { createApp, updateApp } from '../apps/apps.ts'
import { putProfile } from '../apps/profiles.ts'
import { createEnvironment, updateEnvironment } from '../environments/environments.ts'
import { createIntegration, updateIntegration } from '../integrations/integrations.ts'
import { createOAuthClient, updateOAuthClient } from '../integrations/oauth-clients.ts'
import { createOperation, updateOperation } from '../operations/operations.ts'
import { definitionOf } from '../operations/stored.ts'
import { createRole, updateRole } from '../people/roles.ts'
import type { AppRecord } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { exportedApp, exportedClient, exportedIntegration } from './export.ts'
import type { ImportPorts } from './import.ts'
import { mergePatchBetween } from './merge-patch-between.ts'

/** What became of a part. */
export type Imported = ImportReply['items'][number] & {
  /** Secrets that it had, and that are not here. */
  readonly missing: readonly string[]
}

type PartName = 'environments' | 'clients' | 'integrations' | 'roles' | 'apps' | 'operations'
type Part<Name extends PartName> = ImportInput[Name][number]
type Take<Name extends PartName> = (
  ports: ImportPorts,
  principal: Principal,
  part: Part<Name>,
) => Promise<readonly Imported[]>

export const importEnvironment: Take<'environments'> = async (ports, principal, part) => {
  const found = await ports.store.environments.get(principal.organizationId, part.key)
  const done = (outcome: Imported['outcome']) => [outcomeOf('environment', part.key, outcome)]
  if (!found) {
    await createEnvironment(ports, principal, part)
    return done('created')
  }
  const { key: _, ...next } = part
  const { name, returnUrls } = found
  // What is not said of the page stays as it is.
  const page = next.connectPage && { connectPage: found.connectPage }
  if (mergePatchBetween({ name, returnUrls, ...page }, next) === undefined) return done('unchanged')
  await updateEnvironment(ports, principal, found.key, next)
  return done('updated')
}

export const importClient: Take<'clients'> = async (ports, principal, part) => {
  const { secretsSet = [], ...input } = part
  const found = await ports.store.oauthClients.getByKey(principal.organizationId, part.key)
  const done = (outcome: Imported['outcome'], set: readonly string[]) => [
    { ...outcomeOf('client', part.key, outcome), missing: without(secretsSet, set) },
  ]
  if (!found) return done('created', (await createOAuthClient(ports, principal, input)).secretsSet)
  const { secretsSet: set = [], ...before } = exportedClient(found)
  const patch = mergePatchBetween(before, { ...input, key: found.key })
  if (patch === undefined) return done('unchanged', set)
  const change = { key: found.key, patch, reconnect: false }
  return done('updated', (await updateOAuthClient(ports, principal, change)).secretsSet)
}

export const importIntegration: Take<'integrations'> = async (ports, principal, part) => {
  const { secretsSet = [], ...input } = part
  const found = await ports.store.integrations.getByKey(principal.organizationId, part.key)
  const done = (outcome: Imported['outcome'], set: readonly string[]) => [
    { ...outcomeOf('integration', part.key, outcome), missing: without(secretsSet, set) },
  ]
  if (!found) return done('created', (await createIntegration(ports, principal, input)).secretsSet)
  const { secretsSet: set = [], ...before } = exportedIntegration(found)
  const patch = mergePatchBetween(before, { ...input, key: found.key })
  if (patch === undefined) return done('unchanged', set)
  const change = { key: found.key, patch, reconnect: false }
  return done('updated', (await updateIntegration(ports, principal, change)).secretsSet)
}

export const importRole: Take<'roles'> = async (ports, principal, part) => {
  const roles = await ports.store.roles.list(principal.organizationId)
  const found = roles.find(({ key }) => foldKey(key) === foldKey(part.key))
  const done = (outcome: Imported['outcome']) => [outcomeOf('role', part.key, outcome)]
  if (!found) {
    await createRole(ports, principal, part)
    return done('created')
  }
  const { key: _, ...next } = part
  const { name, base, without } = found
  if (mergePatchBetween({ name, base, without }, next) === undefined) return done('unchanged')
  await updateRole(ports, principal, found.key, next)
  return done('updated')
}

/** With its profiles; what they bind here stays. */
export const importApp: Take<'apps'> = async (ports, principal, { profiles, ...part }) => {
  const { store } = ports
  const found = await store.apps.getByKey(principal.organizationId, part.key)
  const outcome = found ? await updatedApp(ports, principal, found, part) : 'created'
  if (!found) await createApp(ports, principal, part)
  const imported = [outcomeOf('app', part.key, outcome)]
  const app = await store.apps.getByKey(principal.organizationId, part.key)
  if (!app) return imported
  for (const { name, environment, settings } of profiles) {
    const before = await store.apps.profile(principal.organizationId, app.id, name)
    const was = before && { environment: foldKey(before.environment), settings: before.settings }
    const isSame = mergePatchBetween(was, { environment: foldKey(environment), settings }) === undefined
    if (!isSame) {
      const input = { environment, settings, bindings: { ...before?.bindings } }
      await putProfile(ports, principal, { key: app.key, profile: name, input })
    }
    const became = isSame ? 'unchanged' : before ? 'updated' : 'created'
    imported.push(outcomeOf('profile', `${app.key}/${name}`, became))
  }
  return imported
}

export const importOperation: Take<'operations'> = async (ports, principal, part) => {
  const found = await ports.store.operations.getByKey(principal.organizationId, part.key)
  const done = (outcome: Imported['outcome']) => [outcomeOf('operation', part.key, outcome)]
  if (!found) {
    await createOperation(ports, principal, part)
    return done('created')
  }
  const next = { ...(OperationInput.safeParse(part).data ?? part), key: found.key }
  const patch = mergePatchBetween(definitionOf(found), next)
  if (patch === undefined) return done('unchanged')
  await updateOperation(ports, principal, { key: found.key, patch })
  return done('updated')
}

async function updatedApp(
  ports: ImportPorts,
  principal: Principal,
  found: AppRecord,
  { name, adapters }: Omit<Part<'apps'>, 'profiles'>,
): Promise<'updated' | 'unchanged'> {
  const before = exportedApp(found, [])
  const next = { name, adapters }
  if (mergePatchBetween({ name: before.name, adapters: before.adapters }, next) === undefined) {
    return 'unchanged'
  }
  await updateApp(ports, principal, { key: found.key, patch: next })
  return 'updated'
}

function outcomeOf(kind: Imported['kind'], key: string, outcome: Imported['outcome']): Imported {
  return { kind, key, outcome, missing: [] }
}

function without(paths: readonly string[], set: readonly string[]): string[] {
  return paths.filter((path) => !set.includes(path))
}
