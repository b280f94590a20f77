import { useEffect, useRef, useState } from 'react'

/**
 * What somebody writes on this page: kept over a reload, and while they prove elsewhere who they are. For what is no
 * secret alone: it lies in the browser until the page is there again, or its tab is closed.
 */
export function useDraft<Draft extends object>(initial: Draft) {
  const place = `draft ${location.pathname}`
  const [draft, setDraft] = useState<Draft>(() => ({ ...initial, ...taken<Draft>(place) }))
  const latest = useRef(draft)
  latest.current = draft
  const isChanged = useRef(false)
  useEffect(() => {
    const keep = () => {
      if (isChanged.current) sessionStorage.setItem(place, JSON.stringify(latest.current))
    }
    window.addEventListener('pagehide', keep)
    return () => window.removeEventListener('pagehide', keep)
  }, [place])
  const set = (change: Partial<Draft>) => {
    isChanged.current = true
    setDraft((before) => ({ ...before, ...change }))
  }
  return [draft, set] as const
}

/** What was kept, once. */
function taken<Draft>(place: string): Partial<Draft> {
  const kept = sessionStorage.getItem(place)
  sessionStorage.removeItem(place)
  return kept === null ? {} : (JSON.parse(kept) as Partial<Draft>)
}
