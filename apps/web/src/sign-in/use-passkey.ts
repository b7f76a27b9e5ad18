/** Signing in by passkey, alone or as the second factor of a ticket. */
import type { SignInAnswer } from '@mingzheng/api'
import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication } from '@simplewebauthn/browser'
import { api } from '../data/api.ts'

/** Throws `ProblemError` of the server, or the browser's `DOMException` when the person stopped. */
export async function signInByPasskey(ticket?: string): Promise<SignInAnswer> {
  const asked = await api.call('session.passkeyOptions', { body: ticket === undefined ? {} : { ticket } })
  const optionsJSON = asked.options as unknown as PublicKeyCredentialRequestOptionsJSON
  const response = await startAuthentication({ optionsJSON })
  return api.call('session.passkey', {
    body: { ticket: asked.ticket, response: response as unknown as Record<string, unknown> },
  })
}
