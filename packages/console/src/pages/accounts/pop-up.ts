import { useEffect } from 'react'

/** On which the page that an authorization ends on tells the windows of this origin. */
const channelName = 'sallyport-authorizations'

/** How an authorization ended, as its last page says. */
export type AuthorizationEnd = 'connected' | 'confirmed' | 'parked' | 'failed'

/** A window beside this one. */
export interface PopUp {
  /** False where the browser allowed none. */
  readonly isOpen: boolean
  go(address: string): void
  close(): void
}

/**
 * Opens one while whoever is here has just pressed something: it waits, empty, for where it is to go. From then on neither
 * has a hold of the other (COOP).
 */
export function openPopUp(): PopUp {
  const opened = window.open('', '', 'popup,width=560,height=760')
  return {
    isOpen: opened !== null,
    go: (address) => opened?.location.replace(address),
    close: () => opened?.close(),
  }
}

/** Hears when an authorization of this account ends in another window, which then closes if it was opened by a script. */
export function useAuthorizationEnd(id: string, onEnd: (end: AuthorizationEnd) => void): void {
  useEffect(() => {
    const channel = new BroadcastChannel(channelName)
    channel.onmessage = ({ data }: MessageEvent<{ readonly account?: string; readonly state?: string }>) => {
      if (data.account !== id || data.state === undefined) return
      channel.postMessage({ close: id })
      onEnd(data.state as AuthorizationEnd)
    }
    return () => channel.close()
  }, [id, onEnd])
}
