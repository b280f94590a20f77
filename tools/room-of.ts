import type { Room } from './rooms.ts'

/** Where a file lives: its room, and within a room whose folders are apart, which folder. */
export interface Place {
  readonly room: Room
  readonly folder: string
}

/** The place of a file, or undefined when no room has it. */
export function placeOf(file: string, rooms: readonly Room[]): Place | undefined {
  for (const room of rooms) {
    const match = patternOf(room.holds).exec(file)
    if (match) return { room, folder: room.apart ? (match[1] ?? '') : '' }
  }
  return undefined
}

function patternOf(holds: string): RegExp {
  const source = `packages/${holds}`
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**', '\0')
    .replaceAll('*', '([^/]+)')
    .replaceAll('\0', '.+')
  return new RegExp(`^${source}$`)
}
