// The strict provider half: section 6 from top to bottom, with the memory that sections 3 and 4 ask for.
import { HEADERS, SKEW, TIMEOUT, digestOf, grantTimeProblem, openAssertion, openGrant } from './version4.mjs';

const OVERRIDES = ['x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-url', 'x-rewrite-url'];
const LEGACY = ['x-seraph-trusted-app-magic', 'x-seraph-trusted-app-signature'];
const WARWICK = ['x-trusted-app-providerid', 'x-trusted-app-cert', 'x-trusted-app-signature'];
const STATUS = { PERMISSION_DENIED: 403, CONTENT_TOO_LARGE: 413, UNAVAILABLE: 503 };

export const statusOf = (code) => STATUS[code] ?? 401;

export class Provider {
  #grants = new Map(); // header by application -> verified grant
  #kept = new Map(); // application and jti -> header
  #seen = new Set();

  /** trusts: read certificates; keys: private JWKs, a set or a list. */
  constructor({
    id,
    keys,
    baseUrls,
    trusts,
    skew = SKEW,
    timeout = TIMEOUT,
    allowSelf = false,
    allowUnboundContent = false,
    limit = 1 << 20,
  }) {
    Object.assign(this, { id, keys, baseUrls, skew, timeout, allowSelf, allowUnboundContent, limit });
    this.trusts = new Map(trusts.map((trust) => [trust.id, trust]));
  }

  /** request: {method, target, headers: [[name, value]...] as an HTTP server hands them over, content: bytes} */
  async open(request, at) {
    const headers = new Map();
    for (const [name, value] of request.headers) {
      const key = name.toLowerCase();
      headers.set(key, [...(headers.get(key) ?? []), value.replace(/^[ \t]+|[ \t]+$/g, '')]); // RFC 9110 section 5.5
    }
    const first = (name) => headers.get(name.toLowerCase())?.[0] ?? '';
    const refuse = (code, why) => ({ accepted: false, code, why, status: statusOf(code) });

    // version and header shape
    for (const name of Object.values(HEADERS))
      if ((headers.get(name.toLowerCase())?.length ?? 0) > 1) return refuse('SYSTEM', `${name} more than once`);
    for (const name of WARWICK) if (headers.has(name)) return refuse('SYSTEM', `mixed with ${name}`);
    if (!first(HEADERS.cert)) return { accepted: false, none: true, code: null, why: 'none of ours' };
    for (const name of LEGACY) if (headers.has(name)) return refuse('SYSTEM', `mixed with ${name}`);
    if (!first(HEADERS.id)) return refuse('APP_ID_NOT_FOUND', 'ID is absent or blank');
    if (first(HEADERS.version) === '4') {
      if (!first(HEADERS.key)) return refuse('BAD_GRANT', 'Key is absent or blank');
      if (first(HEADERS.key).length > 4096) return refuse('SYSTEM', 'Key is longer than 4,096 characters');
      if (first(HEADERS.cert).length > 8000) return refuse('SYSTEM', 'Cert is longer than 8,000 characters');
      for (const name of OVERRIDES) if (headers.has(name)) return refuse('SYSTEM', name);
      if (request.method === 'CONNECT') return refuse('SYSTEM', 'CONNECT');
      const upgrades = (headers.get('upgrade') ?? [])
        .join()
        .split(',')
        .map((text) => text.trim().toLowerCase())
        .filter(Boolean);
      if (upgrades.some((protocol) => protocol !== 'h2c')) return refuse('SYSTEM', 'upgrade');
    }
    const uri = uriOf(request.target);

    // the application, and the version for it
    const id = first(HEADERS.id);
    const trust = this.trusts.get(id);
    if (!trust) return refuse('APP_UNKNOWN', 'no such application');
    if (first(HEADERS.version) !== '4') return refuse('BAD_PROTOCOL_VERSION', 'not version 4');
    if (uri === null) return refuse('SYSTEM', 'target is neither origin-form nor absolute-form');

    // grant, kept or full
    const token = first(HEADERS.key);
    let grant = this.#grants.get(`${id} ${token}`);
    const late = grant && grantTimeProblem(grant, at, this.skew);
    if (late) return refuse(late.code, late.why);
    if (!grant) {
      grant = await openGrant(token, id, trust, this, at, { skew: this.skew });
      if (grant.code) return refuse(grant.code, grant.why);
      const kept = this.#kept.get(`${id} ${grant.jti}`);
      if (kept !== undefined && kept !== token) return refuse('BAD_GRANT', 'another grant with this jti is kept');
      this.#grants.set(`${id} ${token}`, grant);
      this.#kept.set(`${id} ${grant.jti}`, token);
    }

    // assertion
    const assertion = await openAssertion(first(HEADERS.cert), grant);
    if (assertion.code) return refuse(assertion.code, assertion.why);
    const { sub, iat, htm, uri: signed, dig, cty } = assertion.claims;

    // time
    if (iat < at - this.timeout - this.skew) return refuse('OLD_CERT', 'assertion too old');
    if (iat > at + this.skew) return refuse('FUTURE_CERT', 'assertion from the future');

    // method and URI, cty with them
    if (htm !== request.method) return refuse('BAD_SIGNATURE', 'htm');
    if (signed !== uri) return refuse('BAD_SIGNATURE', 'uri');
    const types = headers.get('content-type') ?? [];
    if (dig !== undefined && (types.length > 1 || cty !== types[0])) return refuse('BAD_SIGNATURE', 'cty');

    // user lists
    if (sub === undefined && !this.allowSelf) return refuse('PERMISSION_DENIED', 'acts as itself');

    // replay
    const once = `${id} ${grant.jti} ${assertion.iv}`;
    if (this.#seen.has(once)) return refuse('REPLAYED', 'seen before');
    this.#seen.add(once);

    // content
    const content = request.content ?? Buffer.alloc(0);
    if (dig === 'none') {
      if (!this.allowUnboundContent) return refuse('BAD_DIGEST', 'unbound content');
    } else if (dig === undefined) {
      if (content.length > 0) return refuse('BAD_DIGEST', 'content without dig');
    } else {
      if (content.length > this.limit) return refuse('CONTENT_TOO_LARGE', 'above the buffering limit');
      if (content.length === 0 || digestOf(content) !== dig) return refuse('BAD_DIGEST', 'dig');
    }
    return { accepted: true, user: sub ?? null, status: 200 };
  }
}

/** Path and query of the target; null for asterisk-form, authority-form and what is not printable ASCII. */
function uriOf(target) {
  if (!/^[\x21-\x7e]+$/.test(target)) return null;
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/?#]+([/?].*)?$/i.exec(target);
  if (!absolute) return null;
  const rest = absolute[1] ?? '/';
  return rest.startsWith('/') ? rest : `/${rest}`;
}
