import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'

const empty = { current: '', password: '' }

/** Another password, by the present one. */
export function PasswordForm() {
  const [given, setGiven] = useState(empty)
  const change = useChange(
    (body: typeof empty) => request('PUT', '/v1/users/me/password', { body }),
    ['users', 'sessions'],
    (done) => done && setGiven(empty),
  )
  const field = (name: keyof typeof empty) => ({
    type: 'password',
    value: given[name],
    error: faultAt(change.error, `/${name}`),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setGiven({ ...given, [name]: event.currentTarget.value }),
  })
  return (
    <ChangeForm
      change={change}
      given={given}
      action="Change the password"
      beside={['/current', '/password']}
      done="Changed. All your other sessions have ended."
    >
      <TextInput label="Current password" autoComplete="current-password" {...field('current')} />
      <TextInput
        label="New password"
        description="At least 12 characters. All your other sessions end."
        autoComplete="new-password"
        {...field('password')}
      />
    </ChangeForm>
  )
}
