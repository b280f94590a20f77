import type { Fault } from './fault.ts'
import { type Import, importsOf } from './imports.ts'
import { resolveImport } from './resolve-import.ts'
import { type Place, placeOf } from './room-of.ts'
import { type Room, testRooms, testStrangers } from './rooms.ts'
import { isTest, type Source } from './sources.ts'

const sockets = /^(undici|node:(net|tls|dgram|dns|dns\/promises|http|https|http2))$/

/** Imports that the table of rooms does not allow, and files that live in no room. */
export function checkArrows(
  root: string,
  sources: readonly Source[],
  rooms: readonly Room[],
): readonly Fault[] {
  return sources.flatMap(({ file, text }) => {
    const place = placeOf(file, rooms)
    if (!place) {
      return [{ file, line: 1, sentence: 'This file is in no room: give it a row in tools/rooms.ts.' }]
    }
    return importsOf(text).flatMap((taken) => {
      const sentence = objection({ root, file, place, taken, rooms })
      return sentence ? [{ file, line: taken.line, sentence }] : []
    })
  })
}

interface Question {
  readonly root: string
  readonly file: string
  readonly place: Place
  readonly taken: Import
  readonly rooms: readonly Room[]
}

function objection(question: Question): string | undefined {
  const { root, file, taken, rooms } = question
  const target = resolveImport(root, file, taken.specifier)
  if (target.kind === 'stranger') return strangerObjection(question, target.name)
  if (target.kind === 'closed') {
    return `'${taken.specifier}' is no entrance of that package: import what its package.json exports.`
  }
  const there = placeOf(target.file, rooms)
  if (!there) return `'${taken.specifier}' leads to ${target.file}, which is in no room.`
  return roomObjection(question, target.file, there)
}

function strangerObjection({ file, place: { room }, taken }: Question, name: string): string | undefined {
  if (isTest(file) && allows(testStrangers, name)) return undefined
  if (!allows(room.strangers, name)) {
    if (sockets.test(name) && !room.name.startsWith('testkit')) {
      return `${room.name} may not import '${name}': sockets are opened in packages/core/src/egress only.`
    }
    return `${room.name} may not import '${name}': it is not among the strangers of its row in tools/rooms.ts.`
  }
  const permitted = room.only?.[name]
  if (!permitted || taken.names?.every((each) => permitted.includes(each))) return undefined
  return `${room.name} may take only ${permitted.join(', ')} from '${name}'.`
}

function allows(list: readonly string[], name: string): boolean {
  return list.includes('*') || list.includes(name) || (name.startsWith('node:') && list.includes('node:*'))
}

function roomObjection(
  { file, place, taken }: Question,
  targetFile: string,
  there: Place,
): string | undefined {
  const samePackage = packageOf(file) === packageOf(targetFile)
  if (samePackage !== taken.specifier.startsWith('.')) {
    return samePackage
      ? `'${taken.specifier}' is this package's own front door: import the file itself.`
      : `'${taken.specifier}' climbs into another package: import it by its name.`
  }
  const { tests = [] } = place.room
  if (isTest(file) && (samePackage || [...testRooms, ...tests].includes(there.room.name))) return undefined
  if (isTest(targetFile) && samePackage) return `${targetFile} is a test: only tests import it.`
  if (there.room.name !== place.room.name) {
    return place.room.rooms.includes(there.room.name)
      ? undefined
      : `${place.room.name} may not import ${there.room.name} ('${taken.specifier}').`
  }
  if (place.folder === there.folder) return undefined
  return `${place.room.name} '${place.folder}' may not import its neighbour '${there.folder}': what both need is moved up.`
}

function packageOf(file: string): string | undefined {
  return file.split('/')[1]
}
