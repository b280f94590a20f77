const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' })

/** How far a moment is from another, in words. */
export function distance(at: number, now: number): string {
  for (const [unit, milliseconds] of units) {
    if (Math.abs(at - now) >= milliseconds)
      return relative.format(Math.trunc((at - now) / milliseconds), unit)
  }
  return at > now ? 'in less than a minute' : 'just now'
}

const toTheSecond = new Intl.DateTimeFormat('en', {
  ...{ year: 'numeric', month: 'short', day: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
})

/** A moment to the second, as records need it. */
export function ExactMoment({ at }: { readonly at: string }) {
  return <time dateTime={at}>{toTheSecond.format(new Date(at))}</time>
}

/** A moment as people tell it; the exact one, where the pointer rests. */
export function Moment({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exact.format(new Date(at))}>
      {distance(Date.parse(at), Date.now())}
    </time>
  )
}
