import type { Target } from '../credentials/target.ts'
import { type PoolKey, poolKey } from '../egress/pools.ts'
import type { PrincipalProfile } from '../principal.ts'
import { type Traffic, trafficOf } from './limits/traffic.ts'
import { asksForSettings, type Prepared, prepare } from './prepare.ts'

/** A target with what its calls have in common. */
export interface CallTarget extends Target {
  readonly prepared: Prepared
  /** Undefined where the definition says nothing of limits, signals, timeouts and retries. */
  readonly traffic: Traffic | undefined
  /** Whose connections its calls to an origin use (C12). */
  poolOf(origin: string): PoolKey
  /** Whether the definition asks for settings of a profile: then its calls are made in one. */
  readonly isForProfiles: boolean
  /** Of the profile that it is called in. */
  readonly settings: Readonly<Record<string, string>> | undefined
  /** The same account in a profile, prepared once for all that call in it as it stands. */
  in(profile: PrincipalProfile): CallTarget
}

/** An account whose calls go to more origins than this makes their keys anew. */
const mostPools = 8
/** Profiles in which one account is kept prepared. */
const mostProfiles = 50

/** Rendered once for an account's generation, and only when it is called. */
export function withPrepared(target: Target, settings?: CallTarget['settings']): CallTarget {
  let prepared: Prepared | undefined
  const traffic = trafficOf(target)
  const pools = new Map<string, PoolKey>()
  const profiles: Profiles = new Map()
  return {
    ...target,
    traffic,
    settings,
    isForProfiles: asksForSettings(target.integration),
    in: (profile) => inProfile(profiles, target, profile),
    poolOf(origin) {
      const known = pools.get(origin)
      if (known) return known
      const { organizationId: organization, id: account } = target.account
      const { tls } = this.prepared
      const pool = poolKey({ organization, account, origin, tls, connectTimeout: traffic?.timeouts?.connect })
      if (pools.size < mostPools) pools.set(origin, pool)
      return pool
    },
    get prepared() {
      prepared ??= prepare(target)
      return prepared
    },
  }
}

/** A renewed account, called in the same profile as before. */
export function preparedLike(renewed: Target, { settings }: CallTarget): CallTarget {
  return settings ? withSettings(renewed, settings) : withPrepared(renewed)
}

type Profiles = Map<string, { readonly version: number; readonly target: CallTarget }>

function inProfile(profiles: Profiles, target: Target, profile: PrincipalProfile): CallTarget {
  const { appId, name, version, settings } = profile
  const key = `${appId} ${name}`
  const known = profiles.get(key)
  if (known?.version === version) return known.target
  if (profiles.size >= mostProfiles) profiles.clear()
  const called = withSettings(target, settings)
  profiles.set(key, { version, target: called })
  return called
}

function withSettings(target: Target, settings: NonNullable<CallTarget['settings']>): CallTarget {
  return withPrepared({ ...target, connection: target.connection.inProfile(settings) }, settings)
}
