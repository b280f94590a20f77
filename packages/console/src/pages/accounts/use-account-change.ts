import type { TrialReply } from '@sallyport/contract'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import type { Verb } from './actions.ts'
import { revocations } from './status.ts'

type Change = Exclude<Verb, 'authorize' | 'secret' | 'link'>

/** What each does, and what there is to say of it afterwards. */
const changes: Readonly<Record<Change, (id: string) => Promise<string>>> = {
  test: async (id) => told(await request('POST', '/v1/accounts/{id}/test', { params: { id }, body: {} })),
  renew: async (id) => {
    const { generation } = await request('POST', '/v1/accounts/{id}/renew', { params: { id } })
    return `Renewed: generation ${generation}.`
  },
  enable: (id) => disabled(id, false),
  disable: (id) => disabled(id, true),
  disconnect: async (id) => {
    const { revocation } = await request('POST', '/v1/accounts/{id}/disconnect', { params: { id } })
    return `Disconnected. ${revocation ? revocations[revocation] : ''}`
  },
}

/** One change at a time; what is shown of the account is asked for anew after each, also after one that failed. */
export function useAccountChange(id: string, onEnd: (said: string | undefined) => void) {
  return useChange((verb: Change) => changes[verb](id), ['accounts'], onEnd)
}

async function disabled(id: string, value: boolean): Promise<string> {
  await request('PATCH', '/v1/accounts/{id}', { params: { id }, body: { disabled: value } })
  return value ? 'Disabled: calls with it are refused.' : 'Enabled.'
}

/** How a trial went. */
export function told({ ok, response, reason, reasonDetail }: TrialReply): string {
  const answer = response ? ` The test request was answered with ${response.status}.` : ''
  return ok ? `It works.${answer}` : `It does not work.${answer} ${reasonDetail ?? reason ?? ''}`
}
