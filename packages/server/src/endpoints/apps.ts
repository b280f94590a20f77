import type { Broker } from '@sallyport/core'
import type { Handlers } from './handlers.ts'
import { pageReply, pageRequest } from './paging.ts'

type Names =
  | 'createApp'
  | 'listApps'
  | 'getApp'
  | 'updateApp'
  | 'deleteApp'
  | 'renameAdapter'
  | 'listProfiles'
  | 'getProfile'
  | 'putProfile'
  | 'deleteProfile'
  | 'renameProfile'
  | 'copyProfile'
  | 'promoteProfile'
  | 'diffProfiles'

export function appHandlers({ apps }: Broker): Pick<Handlers, Names> {
  return {
    createApp: ({ principal, body }) => apps.create(principal, body),
    listApps: async ({ principal, query }) => pageReply(await apps.list(principal, pageRequest(query))),
    getApp: ({ principal, params }) => apps.read(principal, params.key),
    updateApp: ({ principal, params, body }) => apps.update(principal, params.key, body),
    deleteApp: ({ principal, params }) => apps.delete(principal, params.key),
    renameAdapter: ({ principal, params, body }) => apps.renameAdapter(principal, { ...params, ...body }),
    listProfiles: async ({ principal, params }) => ({ items: await apps.profiles(principal, params.key) }),
    getProfile: ({ principal, params }) => apps.profile(principal, params),
    putProfile: ({ principal, params, body }) => apps.putProfile(principal, params, body),
    deleteProfile: ({ principal, params }) => apps.deleteProfile(principal, params),
    renameProfile: ({ principal, params, body }) => apps.renameProfile(principal, { ...params, ...body }),
    copyProfile: ({ principal, params, body }) => apps.copy(principal, { ...params, ...body }),
    promoteProfile: ({ principal, params, body }) => apps.promote(principal, { ...params, ...body }),
    diffProfiles: ({ principal, params, query }) => apps.diff(principal, { ...params, ...query }),
  }
}
