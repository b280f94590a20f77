/** A moment as a field takes it, in local time to the second; empty for none. */
export function localText(at: string | undefined): string {
  if (at === undefined) return ''
  const moment = new Date(at)
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19)
}

/** And back; undefined where nothing whole was written. */
export function momentOf(text: string): string | undefined {
  const at = text === '' ? Number.NaN : new Date(text).getTime()
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
