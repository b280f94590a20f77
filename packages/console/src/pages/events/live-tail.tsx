import { Button } from '@mantine/core'
import type { AnyEventReply } from '@sallyport/contract'
import { useEffect, useRef, useState } from 'react'
import { Empty } from '../../ui/page.tsx'
import { EventHistogram } from './event-histogram.tsx'
import { EventTable } from './event-table.tsx'
import classes from './events.module.css'
import { pageSize } from './queries.ts'
import { freshOf, hasGap, withFresh } from './tail.ts'

/**
 * What happens, as it happens: on top of what is there while its beginning is seen and nobody is within it, and else behind a
 * button, so that nothing moves that is being read. It is said once that there is something new, and not each time.
 */
export function LiveTail({ page }: { readonly page: readonly AnyEventReply[] }) {
  const place = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState(page)
  const [isGapped, setGapped] = useState(false)
  const fresh = freshOf(page, shown)
  const take = () => {
    setGapped((before) => before || hasGap(page, shown, pageSize))
    setShown(withFresh(shown, fresh))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is asked when something came, and not when somebody scrolls
  useEffect(() => {
    if (fresh.length > 0 && !isBeingRead(place.current)) take()
  }, [page])
  const showNew = () => {
    take()
    place.current?.focus()
    place.current?.scrollIntoView()
  }
  return (
    <div ref={place} tabIndex={-1} className={classes.tail}>
      <p role="status" className={classes.said}>
        {fresh.length > 0 ? 'There are new events.' : 'New events appear as they happen.'}
      </p>
      {fresh.length > 0 && (
        <div className={classes.fresh}>
          <Button size="xs" onClick={showNew}>
            {fresh.length === 1
              ? '1 new event'
              : `${fresh.length}${hasGap(page, shown, pageSize) ? '+' : ''} new events`}
          </Button>
        </div>
      )}
      {isGapped && (
        <Empty>So much happens that some events between are left out. Narrow the list down to see all.</Empty>
      )}
      {shown.length === 0 ? (
        <Empty>Nothing yet. What happens from now on appears here.</Empty>
      ) : (
        <>
          <EventHistogram events={shown} until={undefined} />
          <EventTable events={shown} />
        </>
      )}
    </div>
  )
}

/** Whether what is added at the beginning would move what somebody looks at, or is in with the keyboard. */
function isBeingRead(place: HTMLElement | null): boolean {
  if (!place) return false
  return (
    place.getBoundingClientRect().top < 0 ||
    place.querySelector('table')?.contains(document.activeElement) === true
  )
}
