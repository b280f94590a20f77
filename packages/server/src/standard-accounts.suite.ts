import type { Json } from './endpoints/rest.suite.ts'

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
const sid = `AC${'0a'.repeat(16)}`

/** By family: the entry that its operations run with, what its account gives, and how that looks on the wire. */
export const standardAccounts: Readonly<
  Record<string, { entry: string; parameters?: Json; secret: Json; sent: Readonly<Record<string, string>> }>
> = {
  airtable: { entry: 'airtable-pat', secret: { token: 'pat1' }, sent: { authorization: 'Bearer pat1' } },
  'genesys-cloud': {
    entry: 'genesys-cloud',
    secret: { accessToken: 'at' },
    sent: { authorization: 'Bearer at' },
  },
  google: { entry: 'google', secret: { accessToken: 'at' }, sent: { authorization: 'Bearer at' } },
  guidewire: {
    entry: 'guidewire-basic',
    parameters: { applicationUrl: 'https://cc.example.com/cc' },
    secret: { username: 'su', password: 'gw' },
    sent: { authorization: basic('su', 'gw') },
  },
  hubspot: { entry: 'hubspot-private-app', secret: { token: 'pat' }, sent: { authorization: 'Bearer pat' } },
  kustomer: {
    entry: 'kustomer',
    parameters: { orgName: 'example' },
    secret: { token: 'k' },
    sent: { authorization: 'Bearer k' },
  },
  mx: {
    entry: 'mx',
    secret: { username: 'id', password: 'key' },
    sent: { authorization: basic('id', 'key') },
  },
  plaid: {
    entry: 'plaid',
    parameters: { clientId: 'c' },
    secret: { token: 's' },
    sent: { 'plaid-client-id': 'c', 'plaid-secret': 's' },
  },
  salesforce: { entry: 'salesforce', secret: { accessToken: 'at' }, sent: { authorization: 'Bearer at' } },
  sendgrid: { entry: 'sendgrid', secret: { token: 'SG.x' }, sent: { authorization: 'Bearer SG.x' } },
  shopify: {
    entry: 'shopify-api-key',
    parameters: { shop: 'example', apiVersion: '2025-01' },
    secret: { token: `shpat_${'0a'.repeat(16)}` },
    sent: { 'x-shopify-access-token': `shpat_${'0a'.repeat(16)}` },
  },
  stripe: {
    entry: 'stripe-api-key',
    secret: { username: `sk_test_${'x'.repeat(24)}` },
    sent: { authorization: basic(`sk_test_${'x'.repeat(24)}`, '') },
  },
  twilio: {
    entry: 'twilio',
    parameters: { accountSid: sid },
    secret: { username: sid, password: 't' },
    sent: { authorization: basic(sid, 't') },
  },
  zendesk: {
    entry: 'zendesk-api-key',
    parameters: { subdomain: 'example' },
    secret: { username: 'ann@example.com', password: 't' },
    sent: { authorization: basic('ann@example.com/token', 't') },
  },
}
