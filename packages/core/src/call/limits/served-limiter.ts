import type { Place } from '../../limiter-ports.ts'
import type { QueueLimiter } from './queue-limiter.ts'
import type { LimiterAnswer, LimiterQuestion } from './remote-limiter.ts'

/** One process that is served, as the one that keeps the queues sees it. */
export interface ServedProcess {
  /** To be called with each of its questions. */
  receive(question: LimiterQuestion): void
  /** It has ended: all that it held is free. */
  close(): void
}

/** Serves a limiter to another process; `answer` posts a message to it. */
export function serveLimiter(limiter: QueueLimiter, answer: (message: LimiterAnswer) => void): ServedProcess {
  const places = new Map<number, Place>()
  let isOpen = true
  const ended = limiter.onPause((whose, milliseconds) => answer({ limiter: 'paused', whose, milliseconds }))
  const leave = (number: number) => {
    places.get(number)?.leave()
    places.delete(number)
  }
  return {
    receive(question) {
      if (question.limiter === 'pause') limiter.pause(question.whose, question.milliseconds)
      else if (question.limiter === 'leave') leave(question.place)
      else {
        const number = question.place
        const place = limiter.enter(question.entry)
        places.set(number, place)
        void place.entered.then((refusal) => {
          if (refusal) places.delete(number)
          if (isOpen) answer({ limiter: 'entered', place: number, refusal })
        })
      }
    },
    close() {
      isOpen = false
      ended()
      for (const number of [...places.keys()]) leave(number)
    },
  }
}
