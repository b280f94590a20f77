/** What windows of this origin tell each other on; the console listens. */
const channel = 'sallyport-authorizations'

/**
 * Of the page that an authorization ends on. It tells the other windows of this origin so, and closes its own where one of
 * them answers that it opened it: a page that nobody has a hold of (COOP) cannot be closed from outside.
 */
export const authorizationScript = `const { account, state } = document.currentScript.dataset
const channel = new BroadcastChannel('${channel}')
channel.onmessage = ({ data }) => {
  if (data.close === account && state !== 'failed') window.close()
}
channel.postMessage({ account, state })
`
