import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import settings from '../settings/settings.module.css'
import classes from './me.module.css'
import { QrCode } from './qr-code.tsx'

type Codes = (codes: readonly string[] | undefined) => void

/** Sets an authenticator up: its secret is shown, and its first code comes back. */
export function Enrolment({ onCodes }: { readonly onCodes: Codes }) {
  const offering = useChange((_: undefined) => request('POST', '/v1/users/me/authenticator', {}), [])
  if (offering.data) return <FirstCode offer={offering.data} onCodes={onCodes} onLeave={offering.reset} />
  return (
    <>
      <ChangeProblem change={offering} />
      <p>With an authenticator app a log-in asks for a code besides the password.</p>
      <Button variant="default" loading={offering.isPending} onClick={() => offering.mutate(undefined)}>
        Set up an authenticator
      </Button>
    </>
  )
}

interface Offer {
  readonly secret: string
  readonly qrCode: readonly string[]
  readonly enrolment: string
}

function FirstCode(content: {
  readonly offer: Offer
  readonly onCodes: Codes
  readonly onLeave: () => void
}) {
  const { offer, onCodes, onLeave } = content
  const { secret, qrCode, enrolment } = offer
  const [code, setCode] = useState('')
  const change = useChange(
    (body: { readonly enrolment: string; readonly code: string }) =>
      request('PUT', '/v1/users/me/authenticator', { body }),
    ['users', 'sessions'],
    (done) => done && onCodes(done.recoveryCodes),
  )
  return (
    <>
      <div className={classes.offer}>
        <QrCode rows={qrCode} label="The secret as a QR code, for your authenticator app" />
        <div>
          <p>Scan this with your authenticator app, or enter the secret by hand. It is shown this once.</p>
          <div className={settings.copied}>
            <code>{secret.replaceAll(/.{4}(?=.)/g, '$& ')}</code>
            <CopyButton text={secret} label="Copy the secret" />
          </div>
        </div>
      </div>
      <ChangeForm change={change} given={{ enrolment, code }} action="Set up" beside={['/code']}>
        <TextInput
          label="Code"
          description="The six digits that the app shows now."
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          error={faultAt(change.error, '/code')}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      </ChangeForm>
      <Button variant="subtle" onClick={onLeave}>
        Leave it
      </Button>
    </>
  )
}
