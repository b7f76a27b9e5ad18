/** The environment, read once and checked. Everything below takes values, never variables. */
import { Failure } from '@mingzheng/kernel'
import { z } from 'zod'

const flag = z.enum(['0', '1']).transform((value) => value === '1')
const DAY_MS = 86_400_000
const port = z.coerce.number().int().min(0).max(65535)

/** JSON: the platforms of the demo market, by name and address. */
const demoPlatforms = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' })
      return z.NEVER
    }
  })
  .pipe(z.array(z.object({ name: z.string().min(1).max(60), url: z.url() })).max(20))

const environmentSchema = z
  .object({
    MINGZHENG_DATA: z.string().min(1),
    MINGZHENG_PORT: port.default(8420),
    MINGZHENG_HOST: z.string().min(1).default('127.0.0.1'),
    MINGZHENG_DEMO: flag.default(false),
    MINGZHENG_DEMO_MARKET: z.url().optional(),
    MINGZHENG_DEMO_PLATFORMS: demoPlatforms.optional(),
    MINGZHENG_WATCHERS: z.coerce.number().int().min(0).max(64).default(0),
    MINGZHENG_PROVINCE: z
      .string()
      .regex(/^[1-9]\d{5}$/)
      .default('330000'),
    MINGZHENG_ORGANISATION: z.string().trim().min(1).max(100).optional(),
    MINGZHENG_ORGANISATION_EN: z.string().trim().min(1).max(100).optional(),
    MINGZHENG_CHROMIUM: z.string().optional(),
    MINGZHENG_TSA: z.url().optional(),
    MINGZHENG_TSA_ROOTS: z.string().optional(),
    MINGZHENG_PKCS11_MODULE: z.string().optional(),
    MINGZHENG_PKCS11_TOKEN: z.string().optional(),
    MINGZHENG_PKCS11_PIN_FILE: z.string().optional(),
    MINGZHENG_FILING: z.string().max(60).optional(),
    MINGZHENG_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_525).default(3653),
    MINGZHENG_TLS_CERT: z.string().optional(),
    MINGZHENG_TLS_KEY: z.string().optional(),
    MINGZHENG_LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug']).default('info'),
    MINGZHENG_LEDGER_URL: z.url().optional(),
    MINGZHENG_LEDGER_TOKEN_FILE: z.string().optional(),
    MINGZHENG_LEDGER_ORIGIN: z.string().optional(),
    PUBLIC_URL: z.url().optional(),
    REPLAY_URL: z.url().optional(),
    DATABASE_URL: z.string().optional(),
    BLOBS_URL: z.string().optional(),
  })
  .refine((e) => (e.MINGZHENG_TLS_CERT === undefined) === (e.MINGZHENG_TLS_KEY === undefined), {
    path: ['MINGZHENG_TLS_KEY'],
    error: 'a TLS certificate and its key are given together',
  })
  .refine((e) => (e.MINGZHENG_ORGANISATION === undefined) === (e.MINGZHENG_ORGANISATION_EN === undefined), {
    path: ['MINGZHENG_ORGANISATION_EN'],
    error: 'the name of the organisation is given in both languages',
  })
  .refine((e) => e.REPLAY_URL === undefined || URL.parse(e.REPLAY_URL)?.host !== URL.parse(e.PUBLIC_URL ?? '')?.host, {
    path: ['REPLAY_URL'],
    error: 'archived pages run their scripts there: it is another host or port than the platform’s own',
  })
  .refine(
    (e) => {
      const given = [e.MINGZHENG_PKCS11_MODULE, e.MINGZHENG_PKCS11_TOKEN, e.MINGZHENG_PKCS11_PIN_FILE]
      return given.every((value) => value === undefined) || given.every((value) => value !== undefined)
    },
    { path: ['MINGZHENG_PKCS11_MODULE'], error: 'module, token and file of the PIN are given together' },
  )
  .refine((e) => e.MINGZHENG_TSA === undefined || e.MINGZHENG_TSA_ROOTS !== undefined, {
    path: ['MINGZHENG_TSA_ROOTS'],
    error: 'a timestamp service is believed only under a root that is named',
  })
  .refine(
    (e) => {
      const given = [e.MINGZHENG_LEDGER_URL, e.MINGZHENG_LEDGER_TOKEN_FILE, e.MINGZHENG_LEDGER_ORIGIN]
      return given.every((value) => value === undefined) || given.every((value) => value !== undefined)
    },
    { path: ['MINGZHENG_LEDGER_URL'], error: 'a node’s address, token file and origin are given together' },
  )

export interface Configuration {
  data: string
  host: string
  port: number
  demo: boolean
  /** Every platform of the demo market. */
  demoPlatforms: readonly { name: string; url: URL }[]
  /** Threads of this server that watch; workers on other machines watch beside them. */
  watchers: number
  province: string
  /** Who operates the ledger, fixed at the first start; null where nobody said. */
  organisation: { zh: string; en: string } | null
  chromium: string | null
  /** Address of an RFC 3161 service; the embedded authority when null. */
  timestampUrl: string | null
  /** PEM file of the roots that tokens of that service lead to; they join the trust policy. */
  timestampRootsFile: string | null
  /** Token that holds the P-256 and Ed25519 keys; files when null. */
  token: { module: string; token: string; pinFile: string } | null
  /** The organisation's own node of a consortium; an embedded ledger when null. */
  ledger: { url: string; tokenFile: string; origin: string } | null
  filing: string | null
  /** How long what is fixed is kept from its ledger time on. Case files of administrative penalties: ten years at least. */
  retentionMs: number
  tls: { certificateFile: string; keyFile: string } | null
  logLevel: string
  /** What QR codes and documents print; follows the listening address when null. */
  publicUrl: string | null
  /** Where browsers reach the replay's port; worked out from the address when null. */
  replayUrl: string | null
  databaseUrl: string | null
  blobsUrl: string | null
}

function platformsOf(given: { name: string; url: string }[] | undefined, market: string | undefined) {
  const platforms = given ?? (market === undefined ? [] : [{ name: '江南集市', url: market }])
  return platforms.map(({ name, url }) => ({ name, url: new URL(url) }))
}

/** Reads the configuration from `environment`; throws `configuration-wrong` naming the variable and the remedy. */
export function readConfiguration(environment: Record<string, string | undefined>): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = environmentSchema.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    const field = issue.path.join('.')
    throw new Failure('configuration-wrong', `${field}: ${issue.message}`, {
      field,
      remedy: `set ${field} to a proper value, or unset it for the default`,
    })
  }
  const e = parsed.data
  return {
    data: e.MINGZHENG_DATA,
    host: e.MINGZHENG_HOST,
    port: e.MINGZHENG_PORT,
    demo: e.MINGZHENG_DEMO,
    demoPlatforms: platformsOf(e.MINGZHENG_DEMO_PLATFORMS, e.MINGZHENG_DEMO_MARKET),
    watchers: e.MINGZHENG_WATCHERS,
    province: e.MINGZHENG_PROVINCE,
    organisation:
      e.MINGZHENG_ORGANISATION === undefined || e.MINGZHENG_ORGANISATION_EN === undefined
        ? null
        : { zh: e.MINGZHENG_ORGANISATION, en: e.MINGZHENG_ORGANISATION_EN },
    chromium: e.MINGZHENG_CHROMIUM ?? null,
    timestampUrl: e.MINGZHENG_TSA ?? null,
    timestampRootsFile: e.MINGZHENG_TSA_ROOTS ?? null,
    token:
      e.MINGZHENG_PKCS11_MODULE === undefined ||
      e.MINGZHENG_PKCS11_TOKEN === undefined ||
      e.MINGZHENG_PKCS11_PIN_FILE === undefined
        ? null
        : {
            module: e.MINGZHENG_PKCS11_MODULE,
            token: e.MINGZHENG_PKCS11_TOKEN,
            pinFile: e.MINGZHENG_PKCS11_PIN_FILE,
          },
    ledger:
      e.MINGZHENG_LEDGER_URL === undefined ||
      e.MINGZHENG_LEDGER_TOKEN_FILE === undefined ||
      e.MINGZHENG_LEDGER_ORIGIN === undefined
        ? null
        : {
            url: e.MINGZHENG_LEDGER_URL.replace(/\/+$/, ''),
            tokenFile: e.MINGZHENG_LEDGER_TOKEN_FILE,
            origin: e.MINGZHENG_LEDGER_ORIGIN,
          },
    filing: e.MINGZHENG_FILING ?? null,
    retentionMs: e.MINGZHENG_RETENTION_DAYS * DAY_MS,
    tls:
      e.MINGZHENG_TLS_CERT === undefined || e.MINGZHENG_TLS_KEY === undefined
        ? null
        : { certificateFile: e.MINGZHENG_TLS_CERT, keyFile: e.MINGZHENG_TLS_KEY },
    logLevel: e.MINGZHENG_LOG_LEVEL,
    publicUrl: e.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    replayUrl: e.REPLAY_URL?.replace(/\/+$/, '') ?? null,
    databaseUrl: e.DATABASE_URL ?? null,
    blobsUrl: e.BLOBS_URL ?? null,
  }
}
