/** The first administrators, and help for somebody who lost a second factor: from the console of this machine only. */
import type { Identity } from '@mingzheng/identity'
import { isRefusal } from '@mingzheng/kernel'
import type { Handlers } from '../http/handler.ts'

export function consoleRoutes<P>(parts: {
  identity: Identity
  province: string
}): Handlers<P, 'console.setUp' | 'console.mend'> {
  const { organisations, users } = parts.identity
  return {
    async 'console.setUp'({ body }) {
      const founded = await organisations.bootstrap({
        organisation: { name: body.organisation.zh, nameEn: body.organisation.en },
        province: parts.province,
        administrators: [body.system, body.security, body.audit],
        by: `console: ${body.by}`,
      })
      if (isRefusal(founded)) return founded
      return {
        people: founded.people.map(({ username, roles, password }) => ({
          username,
          role: roles.join(', '),
          firstPassword: password,
        })),
      }
    },
    async 'console.mend'({ body }) {
      const { username, reason, newPassword, by } = body
      const mended = await users.recover({ username, reason, newPassword, operator: by })
      if (isRefusal(mended)) return mended
      return { username: mended.username, removed: mended.removed, firstPassword: mended.password }
    },
  }
}
