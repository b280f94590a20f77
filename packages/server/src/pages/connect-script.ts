/**
 * The only script of the page: once an account is connected it tells whoever opened it as a pop-up, if that is a page of the
 * very origin that may know, and closes; any other window goes on to the return address, and leaves nothing in the history.
 */
export const connectScript = `'use strict'
const end = document.getElementById('return')
if (end) {
  const { account, result, origin } = end.dataset
  if (window.opener) {
    window.opener.postMessage({ type: 'sallyport:connected', account, result }, origin)
    window.close()
  } else {
    location.replace(end.href)
  }
}
`
