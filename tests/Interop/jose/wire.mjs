// What is on the wire in every section of version-4.md: names, limits, the digest of content, the statuses of codes.
import { sha256 } from './strict.mjs';

export const SKEW = 30; // seconds, as all times below
export const TIMEOUT = 60;
export const MAX_LIFE = 3600;
export const DEFAULT_LIFE = 600;
export const MAX_HEADER = 8000; // characters of Key, of Cert and of a proof
export const IDEMPOTENT = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'];

export const HEADERS = {
  id: 'X-Seraph-Trusted-App-ID',
  version: 'X-Seraph-Trusted-App-Version',
  key: 'X-Seraph-Trusted-App-Key',
  cert: 'X-Seraph-Trusted-App-Cert',
};
export const STATUS_HEADER = 'X-Seraph-Trusted-App-Status';
export const ERROR_HEADER = 'X-Seraph-Trusted-App-Error';
export const PROOF_HEADER = 'X-Seraph-Trusted-App-Proof';

export const now = () => Math.floor(Date.now() / 1000);

/** Section 1: ours is every name that begins so. */
export const isOurs = (name) => /^x-(seraph-)?trusted-app-/i.test(name);

/** A field value without the spaces and tabs round it, RFC 9110 section 5.5. */
export const trimmed = (value) => value.replace(/^[ \t]+|[ \t]+$/g, '');

/** Fields by their names in lower case: name -> values, from [[name, value]...]. */
export function fieldsOf(list) {
  const fields = new Map();
  for (const [name, value] of list) {
    const key = name.toLowerCase();
    fields.set(key, [...(fields.get(key) ?? []), trimmed(value)]);
  }
  return fields;
}

const STATUS = { PERMISSION_DENIED: 403, CONTENT_TOO_LARGE: 413, UNAVAILABLE: 503 };
export const statusOf = (code) => STATUS[code] ?? 401;

export const digestOf = (content) => `sha-256=:${sha256(content, 'base64')}:`;

const DIGEST = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/** One member of RFC 9530, sha-256, canonical base64, no parameters. */
export function isDigest(value) {
  const base64 = typeof value === 'string' ? DIGEST.exec(value)?.[1] : null;
  return Boolean(base64) && Buffer.from(base64, 'base64').toString('base64') === base64;
}

/** The code in an error header, by section 1 of legacy.md; MALFORMED where the header breaks it. */
export function codeOf(text) {
  if (text === undefined || text === null) return null;
  const match = /^([A-Z_]+);\t([^;\t]*(?:;(?!\t)[^;\t]*)*);\t(\[.*\])$/.exec(text);
  try {
    const list = JSON.parse(match[3]);
    return Array.isArray(list) && list.every((one) => typeof one === 'string') ? match[1] : 'MALFORMED';
  } catch {
    return 'MALFORMED';
  }
}
