// The strict provider half: section 6 from top to bottom, with the memory that sections 3 and 4 ask for.
import { kidOf, openAssertion } from './assertion.mjs';
import { idsOf } from './claims.mjs';
import { grantTimeProblem, openGrant } from './grant.mjs';
import { HEADERS, MAX_HEADER, SKEW, TIMEOUT, digestOf, fieldsOf, isOurs, statusOf } from './wire.mjs';

const OVERRIDES = ['x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-url', 'x-rewrite-url'];
const LEGACY = ['x-seraph-trusted-app-magic', 'x-seraph-trusted-app-signature'];

export class Provider {
  #grants = new Map(); // application and header -> verified grant
  #named = new Map(); // application and jti -> header
  #seen = new Set();

  /**
   * trusts: read certificates, each with its conditions: allowSelf, allowUnboundContent, allowDelegation, delegatedFrom
   * (left out: anybody), scopes, methods, allowUsers, denyUsers (lists of names), timeout. keys: private JWKs, a set or a list.
   * users, deniedUsers: lists; without users everybody exists.
   */
  constructor({
    id,
    keys,
    baseUrls,
    trusts,
    skew = SKEW,
    limit = 1 << 20,
    requiredHeaders = [],
    conceal = false,
    users,
    deniedUsers = [],
  }) {
    Object.assign(this, { id, keys, baseUrls, skew, limit, conceal, users, deniedUsers });
    this.requiredHeaders = requiredHeaders.map((name) => name.toLowerCase());
    this.trusts = new Map(trusts.map((trust) => [trust.id, trust]));
  }

  /** Puts another trust, or none, in the place of the one on record: its grants are dropped. */
  change(id, trust) {
    if (trust) this.trusts.set(id, trust);
    else this.trusts.delete(id);
    for (const map of [this.#grants, this.#named])
      for (const key of map.keys()) if (key.startsWith(`${id} `)) map.delete(key);
  }

  /**
   * request: {method, target, headers: [[name, value]...] as an HTTP server hands them over, content: bytes}
   * What it answers has `rsp`, `grant` and `iv` where the claims were read: what a proof is made of.
   */
  async open(request, at) {
    const headers = fieldsOf(request.headers);
    const first = (name) => headers.get(name.toLowerCase())?.[0] ?? '';
    let context = {};
    const refuse = (code, why) => ({ accepted: false, code, why, status: statusOf(code), ...context });

    // version and header shape
    for (const [name, values] of headers)
      if (isOurs(name) && values.length > 1) return refuse('SYSTEM', `${name} more than once`);
    const warwick = [...headers.keys()].find((name) => name.startsWith('x-trusted-app-'));
    if (warwick) return refuse('SYSTEM', `mixed with ${warwick}`);
    if (!first(HEADERS.cert)) return { accepted: false, none: true, code: null, why: 'none of ours' };
    for (const name of LEGACY) if (headers.has(name)) return refuse('SYSTEM', `mixed with ${name}`);
    if (!first(HEADERS.id)) return refuse('APP_ID_NOT_FOUND', 'ID is absent or blank');
    const uri = uriOf(request.target);
    if (first(HEADERS.version) === '4') {
      const problem = this.#shapeProblem(request, headers, first, uri);
      if (problem) return refuse('SYSTEM', problem);
    }

    // from here to the grant, what is refused can be concealed
    const id = first(HEADERS.id);
    const token = first(HEADERS.key);
    const concealed = (code, why) =>
      this.conceal ? refuse(token ? 'BAD_GRANT' : 'GRANT_NEEDED', why) : refuse(code, why);

    // the application, and the version for it
    const trust = this.trusts.get(id);
    if (!trust) return concealed('APP_UNKNOWN', 'no such application');
    if (first(HEADERS.version) !== '4') return concealed('BAD_PROTOCOL_VERSION', 'not version 4');

    // grant: named, kept or full
    const grant = await (token ? this.#grantOf(token, id, trust, at) : this.#grantNamed(first(HEADERS.cert), id, at));
    if (grant.code) return concealed(grant.code, grant.why);

    // the assertion opens, and its claims are well-formed
    const assertion = await openAssertion(first(HEADERS.cert), grant, id);
    if (assertion.code) return refuse(assertion.code, assertion.why);
    const { sub, iat, htm, uri: signed, dig, cty, rsp, act, scope, hdr = {} } = assertion.claims;
    context = { rsp: rsp === true, grant, iv: assertion.iv };

    // time
    const timeout = trust.timeout ?? TIMEOUT;
    if (iat < at - timeout - this.skew) return refuse('OLD_CERT', 'assertion too old');
    if (iat > at + this.skew) return refuse('FUTURE_CERT', 'assertion from the future');

    // method, URI and bound headers
    if (htm !== request.method) return refuse('BAD_SIGNATURE', 'htm');
    if (signed !== uri) return refuse('BAD_SIGNATURE', 'uri');
    const types = headers.get('content-type') ?? [];
    if (types.length > 1 || types.some((type) => !/^[ -~]*$/.test(type)))
      return refuse('BAD_SIGNATURE', 'Content-Type');
    if (dig !== undefined && cty !== types[0]) return refuse('BAD_SIGNATURE', 'cty');
    const unbound = this.#boundProblem(headers, hdr);
    if (unbound) return refuse('BAD_SIGNATURE', unbound);

    // allowed methods; delegation and scopes; user lists of the trust
    if (trust.methods && !trust.methods.includes(htm)) return refuse('BAD_METHOD', 'a method that is not allowed');
    const asked = act === undefined ? [] : idsOf(act).slice(1);
    if (asked.length && !trust.allowDelegation) return refuse('PERMISSION_DENIED', 'delegation');
    if (trust.delegatedFrom && !asked.every((one) => trust.delegatedFrom.includes(one)))
      return refuse('PERMISSION_DENIED', 'delegated from');
    const scopes = trust.scopes ?? [];
    const named = scope === undefined ? scopes : scope.split(' ');
    if (!named.every((name) => scopes.includes(name))) return refuse('PERMISSION_DENIED', 'scope');
    if (sub === undefined && !trust.allowSelf) return refuse('PERMISSION_DENIED', 'acts as itself');
    if (sub !== undefined && trust.allowUsers && !trust.allowUsers.includes(sub))
      return refuse('PERMISSION_DENIED', 'users');
    if (sub !== undefined && trust.denyUsers?.includes(sub)) return refuse('PERMISSION_DENIED', 'denied');

    // replay
    const once = `${id} ${grant.jti} ${assertion.iv} ${iat}`;
    if (this.#seen.has(once)) return refuse('REPLAYED', 'seen before');
    this.#seen.add(once);

    // content
    const content = request.content ?? Buffer.alloc(0);
    if (dig === undefined && content.length > 0) return refuse('BAD_DIGEST', 'content without dig');
    if (dig !== undefined && content.length === 0) return refuse('BAD_DIGEST', 'dig without content');
    if (dig === 'none' && !trust.allowUnboundContent) return refuse('BAD_DIGEST', 'unbound content');
    if (dig !== undefined && dig !== 'none') {
      if (content.length > this.limit) return refuse('CONTENT_TOO_LARGE', 'above the buffering limit');
      if (digestOf(content) !== dig) return refuse('BAD_DIGEST', 'dig');
    }

    // user known, and may log in
    if (sub !== undefined && this.users && !this.users.includes(sub)) return refuse('USER_UNKNOWN', 'user');
    if (this.deniedUsers.includes(sub)) return refuse('PERMISSION_DENIED', 'may not log in');
    return { accepted: true, user: sub ?? null, actors: asked, scopes: named, status: 200, ...context };
  }

  #shapeProblem(request, headers, first, uri) {
    if (first(HEADERS.key).length > MAX_HEADER) return 'Key is longer than 8,000 characters';
    if (first(HEADERS.cert).length > MAX_HEADER) return 'Cert is longer than 8,000 characters';
    for (const name of OVERRIDES) if (headers.has(name)) return name;
    if (uri === null) return 'target is neither origin-form nor absolute-form';
    if (request.method === 'CONNECT') return 'CONNECT';
    const upgrades = listOf(headers.get('upgrade'));
    return upgrades.some((protocol) => protocol !== 'h2c') ? 'upgrade' : null;
  }

  /** The grant in Key, kept or verified now; {code, why} where it is refused. */
  async #grantOf(token, id, trust, at) {
    const kept = this.#grants.get(`${id} ${token}`);
    if (kept) return grantTimeProblem(kept, at, this.skew) ?? kept;
    const grant = await openGrant(token, id, trust, this, at, { skew: this.skew });
    if (grant.code) return grant;
    const name = `${id} ${grant.jti}`;
    const other = this.#grants.get(`${id} ${this.#named.get(name)}`);
    if (other && !grantTimeProblem(other, at, this.skew))
      return { code: 'BAD_GRANT', why: 'another grant with this jti is kept' };
    this.#grants.set(`${id} ${token}`, grant);
    this.#named.set(name, token);
    return grant;
  }

  /** The grant that Cert names, where Key is absent or blank. */
  #grantNamed(cert, id, at) {
    const grant = this.#grants.get(`${id} ${this.#named.get(`${id} ${kidOf(cert)}`)}`);
    const isGood = grant && !grantTimeProblem(grant, at, this.skew);
    return isGood ? grant : { code: 'GRANT_NEEDED', why: 'no grant is kept under this kid' };
  }

  #boundProblem(headers, hdr) {
    const named = listOf(headers.get('connection'));
    for (const [name, value] of Object.entries(hdr)) {
      if (named.includes(name)) return `${name} is named by Connection`;
      const values = headers.get(name) ?? [];
      if (values.length !== 1 || values[0] !== value) return name;
    }
    return this.requiredHeaders.find((name) => headers.has(name) && !Object.hasOwn(hdr, name)) ?? null;
  }
}

const listOf = (values = []) =>
  values
    .join()
    .split(',')
    .map((text) => text.trim().toLowerCase())
    .filter(Boolean);

/** Path and query of the target; null for asterisk-form, authority-form and what is not printable ASCII. */
function uriOf(target) {
  if (!/^[\x21-\x7e]+$/.test(target)) return null;
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/?#]+([/?].*)?$/i.exec(target);
  if (!absolute) return null;
  const rest = absolute[1] ?? '/';
  return rest.startsWith('/') ? rest : `/${rest}`;
}
