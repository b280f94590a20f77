import type { AppReply, ProfileReply } from '@sallyport/contract'
import type { AppRecord, ProfileRecord } from '../ports.ts'

/** An app as replies show it, with those of its profiles that are seen. */
export function appView(app: AppRecord, profiles: readonly ProfileRecord[]): AppReply {
  return {
    id: app.id,
    key: app.key,
    name: app.name,
    adapters: app.adapters.map(({ name, integration, description }) => ({
      name,
      integration,
      ...(description !== undefined && { description }),
    })),
    profiles: profiles.map((profile) => ({
      name: profile.name,
      environment: profile.environment,
      unbound: unbound(app, profile),
    })),
    ...times(app),
  }
}

/** A profile as replies show it. */
export function profileView(app: AppRecord, profile: ProfileRecord): ProfileReply {
  return {
    name: profile.name,
    environment: profile.environment,
    bindings: { ...profile.bindings },
    settings: { ...profile.settings },
    unbound: unbound(app, profile),
    ...times(profile),
  }
}

function unbound({ adapters }: AppRecord, { bindings }: ProfileRecord): string[] {
  return adapters.map(({ name }) => name).filter((name) => !Object.hasOwn(bindings, name))
}

function times({ createdAt, updatedAt }: { readonly createdAt: number; readonly updatedAt: number }) {
  return { createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() }
}
