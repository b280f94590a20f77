import type { AuthorizeReply } from '@sallyport/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { type AuthorizationEnd, openPopUp, type PopUp, useAuthorizationEnd } from './pop-up.ts'

/** The way to the provider, and whether a window is there already. */
export interface Way {
  readonly way: AuthorizeReply
  readonly isOpen: boolean
}

const ends: Readonly<Record<AuthorizationEnd, string>> = {
  connected: 'Connected.',
  confirmed: 'Connected.',
  parked: 'Access was granted. The application that asked for it has to confirm it.',
  failed: 'It was not connected, and nothing was changed. The timeline has what passed.',
}

/**
 * Has a person let Sallyport in, in a window beside this one; `said` is how that ended. What is shown of the account is asked
 * for anew then.
 */
export function useConnecting(id: string) {
  const queries = useQueryClient()
  const [said, setSaid] = useState<string>()
  const change = useChange((popUp: PopUp) => waysOf(id, popUp), ['accounts'])
  const { reset } = change
  const onEnd = useCallback(
    (end: AuthorizationEnd) => {
      reset()
      setSaid(ends[end])
      void queries.invalidateQueries({ queryKey: ['accounts'] })
    },
    [queries, reset],
  )
  useAuthorizationEnd(id, onEnd)
  const forget = () => {
    reset()
    setSaid(undefined)
  }
  const begin = () => {
    setSaid(undefined)
    change.mutate(openPopUp())
  }
  return { begin, change, said, forget }
}

async function waysOf(id: string, popUp: PopUp): Promise<Way> {
  try {
    const way = await request('POST', '/v1/accounts/{id}/authorize', { params: { id }, body: {} })
    const isOpen = popUp.isOpen && 'authorizationUrl' in way
    if ('authorizationUrl' in way) popUp.go(way.authorizationUrl)
    else popUp.close()
    return { way, isOpen }
  } catch (error) {
    popUp.close()
    throw error
  }
}
