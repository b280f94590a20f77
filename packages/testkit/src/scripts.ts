import type { ProviderReply } from '@sallyport/emulator'
import { isOnRoute, type ReceivedRequest } from './received.ts'

/** Ways for an exchange to end without a proper reply. */
export type Fault = 'hang' | 'reset' | 'close_after_headers' | 'close_midway'

/** A reply a test dictates; 200 and empty where nothing is said. */
export interface ScriptedReply extends Partial<ProviderReply> {
  /** Waits this long before the first byte. */
  delayMilliseconds?: number
  /** How the exchange goes wrong; status, headers and body are sent as far as the fault lets them. */
  fault?: Fault
}

/** What the provider itself would answer; calling it has the effect on the provider, whatever is sent then. */
export type OwnAnswer = () => ProviderReply

/** A reply, or what makes one of the request and of the provider's own answer. */
export type Script =
  | ScriptedReply
  | ((request: ReceivedRequest, answer: OwnAnswer) => ScriptedReply | Promise<ScriptedReply>)

export interface ScriptOptions {
  /** How often the script holds; always, unless said. */
  times?: number
  /** Reply at the headers, without reading the body. */
  beforeBody?: boolean
}

interface Entry extends ScriptOptions {
  route: string
  script: Script
}

/** Scripts in force: limited ones are used up oldest first, then the newest unlimited one holds. */
export function createScripts() {
  const entries: Entry[] = []
  const remove = (entry: Entry) => {
    const at = entries.indexOf(entry)
    if (at !== -1) entries.splice(at, 1)
  }

  return {
    add(route: string, script: Script, options: ScriptOptions = {}) {
      const entry = { route, script, ...options }
      entries.push(entry)
      return () => remove(entry)
    },
    next(request: ReceivedRequest, moment: { beforeBody: boolean }): Script | undefined {
      const fitting = entries.filter(
        ({ route, beforeBody = false }) => beforeBody === moment.beforeBody && isOnRoute(request, route),
      )
      const entry = fitting.find(({ times }) => times !== undefined) ?? fitting.at(-1)
      if (entry?.times !== undefined) {
        entry.times -= 1
        if (entry.times <= 0) remove(entry)
      }
      return entry?.script
    },
  }
}
