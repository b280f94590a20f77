/** Ids of what happens from then on are greater, and those of what happened before are less. */
export function eventIdAt(milliseconds: number): string {
  return `evt_${Math.max(0, Math.floor(milliseconds)).toString(36).padStart(9, '0')}`
}

/** The moment that an event's id tells. */
export function eventTimeOf(id: string): number {
  return Number.parseInt(id.slice(4, 13), 36)
}
