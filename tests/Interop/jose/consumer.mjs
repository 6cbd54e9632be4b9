// The consumer half: sections 3, 5 and 7, over HTTP/1.1 of Node.js.
import http from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { claimsOf, ivOf, newAssertion } from './assertion.mjs';
import { deriveKeys, newGrant } from './grant.mjs';
import { checkResponse } from './proof.mjs';
import { ERROR_HEADER, HEADERS, IDEMPOTENT, PROOF_HEADER, STATUS_HEADER, codeOf, fieldsOf, now } from './wire.mjs';

const BACK = 300; // seconds by which a grant is dated back where proofs are demanded
const CLOCK_LIMIT = 600; // seconds: a clock that is further off is not corrected
const PATIENCE = 5; // seconds of Retry-After at most
const RENEWED = ['BAD_GRANT', 'OLD_CERT', 'FUTURE_CERT'];
const CLOCK = ['OLD_CERT', 'FUTURE_CERT'];
const AGAIN = ['REPLAYED', 'UNAVAILABLE', ...RENEWED];

/** No response of the provider: it is not known whether the request was executed. */
export class UnprovenResponse extends Error {
  constructor(problem) {
    super(`The response is not proven (${problem}): nobody knows whether the request was executed.`);
  }
}

export class Consumer {
  #grant = null;
  #givenUp = 0; // milliseconds, when a grant was given up last
  #offset = 0; // seconds, of the clock
  #withKey = 0; // requests that carry Key whatever they are
  #doubled = { at: 0, size: 2 };

  /**
   * provider: its certificate, read; proof: demand proofs; allowUnproven: take content that TLS alone protects;
   * nameAtOnce: name a grant that was never sent, as if the provider had lost it.
   */
  constructor({ application, provider, base, proof = false, allowUnproven = false, nameAtOnce = false, clock = now }) {
    Object.assign(this, { application, provider, base, proof, allowUnproven, nameAtOnce, clock });
  }

  /**
   * {method, uri (path and query, that of the base included), user?, content?, contentType?, headers?, bind?, act?, scope?}
   * -> {status, fields, content, code, proof, attempts}: attempts has one entry for each request that was sent.
   */
  async send(request) {
    const isIdempotent = IDEMPOTENT.includes(request.method);
    const attempts = [];
    let keyLeft = 1;
    let left = 1;
    let withKey = false;
    for (;;) {
      const answer = await this.#attempt(request, withKey);
      const { code, problem, named, grant } = answer;
      attempts.push({ key: !named, code, problem });
      if (!code && !problem) {
        grant.heard = true;
        return { ...answer, attempts };
      }
      if (code === 'GRANT_NEEDED' && named && keyLeft-- > 0) {
        this.#sendKeyForAWhile();
        withKey = true;
        continue;
      }
      const meaning = code === 'GRANT_NEEDED' ? 'BAD_GRANT' : code;
      if (RENEWED.includes(meaning)) this.#giveUp(grant);
      if (CLOCK.includes(meaning)) this.#correctClock(answer);
      const isLast =
        !isIdempotent || !AGAIN.includes(meaning) || left-- <= 0 || Number(answer.retryAfter ?? 0) > PATIENCE;
      if (isLast && problem) throw Object.assign(new UnprovenResponse(problem), { attempts });
      if (isLast) return { ...answer, attempts };
      if (answer.retryAfter) await wait(Number(answer.retryAfter) * 1000);
    }
  }

  async #attempt({ method, uri, user, content, contentType, headers = {}, bind = {}, act, scope }, withKey) {
    const at = this.clock() + this.#offset;
    this.#grant ??= await newGrant(this.application, this.provider, this.base, {
      iat: at,
      back: this.proof ? BACK : 0,
    });
    const grant = this.#grant;
    const hasContent = Boolean(content?.length);
    const mayName = IDEMPOTENT.includes(method) && !hasContent && (grant.heard || this.nameAtOnce);
    const named = mayName && !withKey && this.#withKey-- <= 0;
    const bound = Object.fromEntries(Object.entries(bind).map(([name, value]) => [name.toLowerCase(), value]));
    const cert = await newAssertion(
      grant,
      claimsOf({ user, method, uri, content, contentType, iat: at, proof: this.proof, act, scope, bound }),
    );
    const fields = {
      [HEADERS.id]: this.application.id,
      [HEADERS.version]: '4',
      ...(!named && { [HEADERS.key]: grant.header }),
      [HEADERS.cert]: cert,
      ...(this.proof && { 'Accept-Encoding': 'identity' }),
      ...(contentType && { 'Content-Type': contentType }),
      ...headers,
      ...bind,
    };
    const response = await exchange(this.base, { method, uri, fields, content });
    return { ...response, grant, named, ...this.#judge(response, grant, ivOf(cert)) };
  }

  /** {code} of a refusal or none, {proof}; or {problem}, with the code that an unproven refusal claims. */
  #judge(response, grant, req) {
    const one = (name) => response.fields.get(name.toLowerCase())?.[0];
    const isError = one(STATUS_HEADER) === 'ERROR';
    const said = isError ? codeOf(one(ERROR_HEADER)) : null;
    const retryAfter = one('retry-after');
    if (!this.proof) return { code: said ?? (one(STATUS_HEADER) === 'OK' ? null : 'UNKNOWN'), retryAfter };
    const keys = deriveKeys(Buffer.from(grant.key, 'base64url'), grant.header);
    const { claims, problem } = checkResponse({ jti: grant.jti, keys }, req, response, this);
    if (problem) return { problem, code: response.fields.has(PROOF_HEADER.toLowerCase()) ? null : said, retryAfter };
    return { code: codeOf(claims.err), proof: claims, retryAfter };
  }

  #sendKeyForAWhile() {
    const { at, size } = this.#doubled;
    if (Date.now() - at < 1000) return;
    this.#doubled = { at: Date.now(), size: Math.min(size * 2, 1024) };
    this.#withKey = this.#doubled.size;
  }

  #giveUp(grant) {
    if (grant !== this.#grant || Date.now() - this.#givenUp < 1000) return;
    this.#givenUp = Date.now();
    this.#grant = null;
  }

  /** By the proof where proofs are demanded, and by Date where they are not. */
  #correctClock({ fields, proof }) {
    const date = Math.floor(Date.parse(fields.get('date')?.[0] ?? '') / 1000);
    const theirs = this.proof ? proof?.iat : date;
    const offset = theirs - this.clock();
    if (Math.abs(offset) <= CLOCK_LIMIT) this.#offset = offset;
  }
}

function exchange(base, { method, uri, fields, content }) {
  const { protocol, hostname, port } = new URL(base);
  const { request } = protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request({ host: hostname, port, method, path: uri, headers: fields }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          fields: fieldsOf(pairsOf(response.rawHeaders)),
          trailers: fieldsOf(pairsOf(response.rawTrailers)),
          content: Buffer.concat(chunks),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(content);
  });
}

export const pairsOf = (flat) => Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at], flat[2 * at + 1]]);
