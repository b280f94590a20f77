import type { AccountReply } from '@sallyport/contract'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { Connected, FirstReply, Mended } from './outcomes.tsx'
import { call, definitionOf, type FirstCall, firstAccount, keyFor, type ProxyReply } from './practice.ts'
import { type State, Step } from './step.tsx'

const shown = (value: unknown) => JSON.stringify(value, undefined, 2)

export function Define({ state, origin }: { readonly state: State; readonly origin: string }) {
  const definition = definitionOf(origin)
  const define = useChange(
    () => request('POST', '/v1/integrations', { body: definition }),
    ['accounts', 'integrations'],
  )
  const masked = { ...definition, auth: { ...definition.auth, clientSecret: '…' } }
  return (
    <Step
      title="Say how the API authenticates"
      state={state}
      action="Make the integration"
      change={define}
      onAct={() => define.mutate()}
      requests={`POST /v1/integrations\n${shown(masked)}`}
      outcome={
        state === 'done' &&
        'The integration is there. Its client secret lies encrypted, and is never shown again.'
      }
    >
      An integration says it once: here, that the API takes tokens of OAuth 2.0, and where they come from.
    </Step>
  )
}

export function Connect(content: { readonly state: State; readonly account: AccountReply | undefined }) {
  const { state, account } = content
  const connect = useChange(() => request('POST', '/v1/accounts', { body: firstAccount }), ['accounts'])
  return (
    <Step
      title="Connect an account"
      state={state}
      action="Connect it"
      change={connect}
      onAct={() => connect.mutate()}
      requests={`POST /v1/accounts\n${shown(firstAccount)}`}
      outcome={account && <Connected account={account} />}
    >
      An account is somebody’s credential at that API. This one needs no person: Sallyport asks for a token,
      keeps it, and renews it before it ends.
    </Step>
  )
}

export function Call(content: {
  readonly state: State
  readonly account: AccountReply | undefined
  readonly first: FirstCall | undefined
  readonly onCalled: (first: FirstCall | undefined) => void
}) {
  const { state, account, first, onCalled } = content
  const change = useChange(firstCall, ['keys', 'events'], onCalled)
  return (
    <Step
      title="Call the API through Sallyport"
      state={state}
      action="Make a key, and call"
      change={change}
      onAct={() => account && change.mutate(account)}
      requests={`POST /v1/keys\n${shown(account && keyFor(account))}\n\nGET /proxy/${account?.id}/me`}
      outcome={account && first && <FirstReply account={account} first={first} />}
    >
      Programs call with a key of their own. This one may call with this account, and do nothing else. The
      credential is put in on the way: no program ever has it.
    </Step>
  )
}

async function firstCall(account: AccountReply): Promise<FirstCall> {
  const { key } = await request('POST', '/v1/keys', { body: keyFor(account) })
  return { key, reply: await call('GET', account.id, 'me', key) }
}

export function Forget(content: {
  readonly state: State
  readonly account: AccountReply | undefined
  readonly first: FirstCall | undefined
  readonly after: ProxyReply | undefined
  readonly onCalled: (after: ProxyReply | undefined) => void
}) {
  const { state, account, first, after, onCalled } = content
  const change = useChange(callAfterForgetting, ['accounts', 'events'], onCalled)
  return (
    <Step
      title="Take the token away"
      state={state}
      action="Forget the token, and call again"
      change={change}
      onAct={() => account && first && change.mutate({ account, key: first.key })}
      requests={`POST /proxy/${account?.id}/forget\nGET /proxy/${account?.id}/me`}
      outcome={first && after && <Mended before={first.reply} after={after} />}
    >
      The provider forgets the token, as if somebody had revoked it. The next call meets a 401; Sallyport
      renews the token and sends the call again, and the program sees only the 200.
    </Step>
  )
}

async function callAfterForgetting(given: { readonly account: AccountReply; readonly key: string }) {
  const { account, key } = given
  await call('POST', account.id, 'forget', key)
  return call('GET', account.id, 'me', key)
}
