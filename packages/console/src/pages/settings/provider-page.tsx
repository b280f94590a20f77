import type { IdentityProviderReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { addressOf } from '../../api/addresses.ts'
import { ownUser } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Deleting } from '../../ui/deleting.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { draftOf, emptyProvider, providerInput, providerPatch } from './provider-draft.ts'
import { ProviderFields, providerMembers } from './provider-fields.tsx'
import { identityProvider } from './queries.ts'
import classes from './settings.module.css'
import { SettingsPage } from './settings-page.tsx'

const within = <Link to="/settings/sign-on">Single sign-on</Link>

/** An OpenID provider by which people log in. */
export function ProviderPage() {
  const { key } = useParams({ from: '/settings/sign-on/$key' })
  const query = useQuery(identityProvider(key))
  return (
    <SettingsPage title={query.data?.name ?? 'Provider'} within={within}>
      <Loaded query={query} rows={6}>
        {(provider) => (
          <>
            <Section title="At the provider">
              <WhatToDo provider={provider} />
            </Section>
            <Section title="Here">
              <ProviderForm key={provider.id} provider={provider} />
            </Section>
            <Section title="Delete">
              <Deleting
                name={provider.name}
                tells="Nobody can log in by it any more. People who have no password cannot log in at all then."
                remove={() => request('DELETE', '/v1/identity-providers/{key}', { params: { key } })}
                keys={['identity-providers']}
                to="/settings/sign-on"
              />
            </Section>
          </>
        )}
      </Loaded>
    </SettingsPage>
  )
}

function WhatToDo({ provider: { name, redirectUri } }: { readonly provider: IdentityProviderReply }) {
  const organization = useQuery(ownUser).data?.organization
  const login = `${addressOf('/login')}${organization === undefined ? '' : `?organization=${organization}`}`
  return (
    <ol className={classes.steps}>
      <li>
        Register Sallyport there as a web application with this redirect URI, and give here the client id and
        secret that you get.
        <div className={classes.copied}>
          <code>{redirectUri}</code>
          <CopyButton text={redirectUri} label="Copy the redirect URI" />
        </div>
      </li>
      <li>
        Try it: open <a href={login}>the log-in page</a> in a private window, so that you stay logged in here,
        and choose “Log in with {name}”.
      </li>
      <li>
        Who is here already links it on <a href={addressOf('/account')}>their account page</a>, or is invited;
        an e-mail address alone opens nobody’s account.
      </li>
    </ol>
  )
}

function ProviderForm({ provider }: { readonly provider: IdentityProviderReply }) {
  const { key, secretsSet } = provider
  const [draft, set] = useDraft(draftOf(provider))
  const [secret, setSecret] = useState('')
  const change = useChange(
    (body: ReturnType<typeof providerPatch>) =>
      request('PATCH', '/v1/identity-providers/{key}', { params: { key }, body }),
    ['identity-providers'],
    (done) => done && setSecret(''),
  )
  return (
    <ChangeForm
      change={change}
      given={providerPatch(draft, secret)}
      action="Save"
      beside={providerMembers}
      done="Saved. Log-ins under way by it begin anew."
    >
      <ProviderFields
        {...{ draft, secret, set, setSecret }}
        isNew={false}
        hasSecret={secretsSet.includes('/clientSecret')}
        error={change.error}
      />
    </ChangeForm>
  )
}

/** Adds an OpenID provider. */
export function NewProviderPage() {
  const [draft, set] = useDraft(emptyProvider)
  const [secret, setSecret] = useState('')
  const navigate = useNavigate()
  const change = useChange(
    async (body: ReturnType<typeof providerInput>) => {
      const { key } = await request('POST', '/v1/identity-providers', { body })
      await navigate({ to: '/settings/sign-on/$key', params: { key } })
    },
    ['identity-providers'],
  )
  return (
    <SettingsPage
      title="Add a provider"
      within={within}
      tells="Any provider that publishes its metadata (OpenID Connect Discovery). Its redirect URI is shown once it is made; where the provider wants that first, give any client id, and change it then."
    >
      <Section title="The provider">
        <ChangeForm
          change={change}
          given={providerInput(draft, secret)}
          action="Add it"
          beside={providerMembers}
        >
          <ProviderFields
            {...{ draft, secret, set, setSecret }}
            isNew
            hasSecret={false}
            error={change.error}
          />
        </ChangeForm>
      </Section>
    </SettingsPage>
  )
}
