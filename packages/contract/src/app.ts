import { z } from 'zod'
import { Key } from './key.ts'

const name = z.string().trim().min(1).max(200)
const time = z.iso.datetime()

/** A name by which an app calls an API; each profile binds it to one account. */
export const AdapterInput = z.strictObject({
  name: Key,
  integration: Key,
  description: z.string().max(2000).optional(),
})

const adapters = z.array(AdapterInput).max(200)

/** A consumer of APIs. */
export const AppInput = z.strictObject({ key: Key, name, adapters: adapters.default([]) })
export type AppInput = z.infer<typeof AppInput>

/** A JSON merge patch (RFC 7396) of an app; `adapters` are replaced as a whole. */
export const AppPatch = z.strictObject({ name: name.optional(), adapters: adapters.optional() })
export type AppPatch = z.infer<typeof AppPatch>

/** Name of a setting: a word that a placeholder can hold, as in `{profile.region}`. */
const settingName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be a letter or _, then letters, digits or _')
  .refine((text) => text !== '__proto__', 'is no name; choose another')
const settings = z.record(settingName, z.string().max(4096))

/** A profile as it is to be, whole. */
export const ProfileInput = z.strictObject({
  environment: Key,
  bindings: z.record(z.string(), z.string().min(1).max(64)).describe('adapter → account id'),
  settings: settings.default({}).describe('usable in definitions as `{profile.name}`; shown, so no secrets'),
})
export type ProfileInput = z.infer<typeof ProfileInput>

/** The other profile of a copy, a promotion or a comparison. */
export const OtherProfile = z.strictObject({ to: Key })

/** What a profile or an adapter is to be called from now on. */
export const NewName = z.strictObject({ to: Key })

const unbound = z.array(z.string()).describe('adapters of the app that this profile binds to no account')

export const ProfileReply = z.object({
  name: z.string(),
  environment: z.string(),
  bindings: z.record(z.string(), z.string()),
  settings: z.record(z.string(), z.string()),
  unbound,
  createdAt: time,
  updatedAt: time,
})
export type ProfileReply = z.infer<typeof ProfileReply>

export const AppReply = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  adapters: z.array(
    z.object({ name: z.string(), integration: z.string(), description: z.string().optional() }),
  ),
  profiles: z.array(z.object({ name: z.string(), environment: z.string(), unbound })),
  createdAt: time,
  updatedAt: time,
})
export type AppReply = z.infer<typeof AppReply>

const boundAccount = z.object({ id: z.string(), name: z.string() }).describe('absent: not bound')

/** How one profile differs from another. */
export const ProfileDiffReply = z.object({
  from: z.object({ profile: z.string(), environment: z.string() }),
  with: z.object({ profile: z.string(), environment: z.string() }),
  adapters: z
    .array(
      z.object({
        name: z.string(),
        integration: z.string(),
        state: z.enum(['same', 'other_account', 'only_from', 'only_with', 'unbound']),
        from: boundAccount.optional(),
        with: boundAccount.optional(),
      }),
    )
    .describe('every adapter of the app'),
  settings: z
    .array(z.object({ name: z.string(), from: z.string().optional(), with: z.string().optional() }))
    .describe('those that differ; absent on the side that has none'),
})
export type ProfileDiffReply = z.infer<typeof ProfileDiffReply>
