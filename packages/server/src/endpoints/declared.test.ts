import { endpoints } from '@sallyport/contract'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import { refuseUndeclared, routeOf } from './declared.ts'

const answer = async () => 'here'

function app() {
  const made = fastify()
  refuseUndeclared(made)
  return made
}

test('a route under /v1 that is not in the table of endpoints refuses to start', () => {
  expect(() => app().get('/v1/backdoor', answer)).toThrow('GET /v1/backdoor has no row')
  expect(() => app().get('/V1/accounts', answer)).toThrow('has no row')
  expect(() => app().all(routeOf(endpoints.getAccount), answer)).toThrow('has no row')
  const nested = app().register(async (scope) => scope.post('/v1/hidden', answer))
  return expect(nested.ready()).rejects.toThrow('POST /v1/hidden has no row')
})

test('what is in the table, and what lies elsewhere, is served', async () => {
  const made = app()
  made.get(routeOf(endpoints.getAccount), answer)
  made.get('/v10', answer)
  made.get('/healthz', answer)
  expect((await made.inject('/v1/accounts/acc_1')).statusCode).toBe(200)
  expect((await made.inject({ method: 'HEAD', url: '/v1/accounts/acc_1' })).statusCode).toBe(200)
})
