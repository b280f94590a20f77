import { Button } from '@mantine/core'
import type { OwnSessionReply } from '@sallyport/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { whole } from '../../api/whole.ts'
import { Badge } from '../../ui/badge.tsx'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Table } from '../../ui/table.tsx'
import settings from '../settings/settings.module.css'
import { browserName } from './browser-name.ts'

const sessions = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => whole((query) => request('GET', '/v1/users/me/sessions', { query })),
})

/** The browsers that somebody is logged in with: each can be logged out, or all but this. */
export function Sessions() {
  const [isAsked, setAsked] = useState(false)
  const ending = useChange(
    (id: string) => request('DELETE', '/v1/users/me/sessions/{id}', { params: { id } }),
    ['sessions'],
  )
  const endingOthers = useChange(
    (_: undefined) => request('DELETE', '/v1/users/me/sessions', {}),
    ['sessions'],
    () => setAsked(false),
  )
  return (
    <>
      <ChangeProblem change={ending} />
      <ChangeProblem change={endingOthers} />
      <Loaded query={useQuery(sessions)}>
        {(all) => (
          <>
            <Table heads={['Browser', 'Address', 'Logged in', 'Last seen', 'Change']}>
              {all.map((session) => (
                <SessionRow
                  key={session.id}
                  session={session}
                  isEnding={ending.isPending && ending.variables === session.id}
                  onEnd={() => ending.mutate(session.id)}
                />
              ))}
            </Table>
            {all.length > 1 && (
              <div className={settings.after}>
                <Button variant="default" onClick={() => setAsked(true)}>
                  End all others…
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
      {isAsked && (
        <Confirmation
          title="Log out everywhere else?"
          action="End all others"
          isUnderWay={endingOthers.isPending}
          onConfirm={() => endingOthers.mutate(undefined)}
          onLeave={() => setAsked(false)}
        >
          <p>Every browser but this one is logged out at once.</p>
        </Confirmation>
      )}
    </>
  )
}

function SessionRow(content: {
  readonly session: OwnSessionReply
  readonly isEnding: boolean
  readonly onEnd: () => void
}) {
  const { session, isEnding, onEnd } = content
  const { current, address, userAgent, createdAt, lastSeenAt, method } = session
  const browser = browserName(userAgent)
  return (
    <tr>
      <th scope="row" title={userAgent}>
        {browser}
      </th>
      <td data-label="Address">{address ?? 'unknown'}</td>
      <td data-label="Logged in">
        <Moment at={createdAt} /> by {method === 'sso' ? 'single sign-on' : 'password'}
      </td>
      <td data-label="Last seen">
        <Moment at={lastSeenAt} />
      </td>
      <td>
        {current ? (
          <Badge tone="good">This browser</Badge>
        ) : (
          <Button
            size="xs"
            variant="default"
            aria-label={`End the session of ${browser} at ${address ?? 'an unknown address'}`}
            loading={isEnding}
            onClick={onEnd}
          >
            End
          </Button>
        )}
      </td>
    </tr>
  )
}
