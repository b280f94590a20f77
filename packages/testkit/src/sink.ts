import { listen } from './listen.ts'
import { createRecord, type ReceivedRequest } from './received.ts'

/** An origin to which nothing should ever be sent. */
export interface Sink {
  readonly origin: string
  /** Requests that came all the same. */
  readonly requests: number
  /** Connections, also those on which no request followed. */
  readonly connections: number
  received(route?: string): ReceivedRequest[]
  close(): Promise<void>
}

/** Starts a sink on 127.0.0.1; it answers 200 with an empty body and counts. */
export async function sink(): Promise<Sink> {
  const record = createRecord()
  const server = await listen(async (message, response) => {
    await record.arrived(message).read(message)
    response.end()
  })
  return {
    origin: server.origin,
    get requests() {
      return record.received().length
    },
    get connections() {
      return server.connections
    },
    received: record.received,
    close: server.close,
  }
}
