import { Button } from '@mantine/core'
import type { OwnUserReply } from '@sallyport/contract'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import settings from '../settings/settings.module.css'
import { Enrolment } from './enrolment.tsx'
import classes from './me.module.css'

/** The app that shows codes for log-ins: set up, removed, and its recovery codes. */
export function Authenticator({ me }: { readonly me: OwnUserReply }) {
  const [codes, setCodes] = useState<readonly string[]>()
  return (
    <>
      {codes && <RecoveryCodes codes={codes} />}
      {me.hasTotp ? <SetUp left={me.recoveryCodes} onCodes={setCodes} /> : <Enrolment onCodes={setCodes} />}
    </>
  )
}

function SetUp(content: {
  readonly left: number
  readonly onCodes: (codes: readonly string[] | undefined) => void
}) {
  const { left, onCodes } = content
  const [isAsked, setAsked] = useState(false)
  const replacing = useChange(
    (_: undefined) => request('POST', '/v1/users/me/recovery-codes', {}),
    ['users'],
    (made) => onCodes(made?.recoveryCodes),
  )
  const removing = useChange(
    (_: undefined) => request('DELETE', '/v1/users/me/authenticator', {}),
    ['users'],
    () => {
      setAsked(false)
      onCodes(undefined)
    },
  )
  return (
    <>
      <ChangeProblem change={replacing} />
      <ChangeProblem change={removing} />
      <p>Log-ins ask for a code. {left} recovery codes are left.</p>
      <div className={settings.ways}>
        <Button variant="default" loading={replacing.isPending} onClick={() => replacing.mutate(undefined)}>
          Make new recovery codes
        </Button>
        <Button variant="default" onClick={() => setAsked(true)}>
          Remove the authenticator…
        </Button>
      </div>
      {isAsked && (
        <Confirmation
          title="Remove the authenticator?"
          action="Remove"
          isUnderWay={removing.isPending}
          onConfirm={() => removing.mutate(undefined)}
          onLeave={() => setAsked(false)}
        >
          <p>Your password alone logs you in then. The recovery codes go too.</p>
        </Confirmation>
      )}
    </>
  )
}

function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  return (
    <section aria-label="Recovery codes" className={classes.once}>
      <p>
        <strong>Your recovery codes.</strong> Each logs you in once in place of a code. They are shown this
        once: keep them where you keep passwords.
      </p>
      <ul className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <CopyButton text={codes.join('\n')} label="Copy them" />
    </section>
  )
}
