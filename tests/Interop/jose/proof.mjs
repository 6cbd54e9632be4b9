// The response proof, section 5: both directions.
import crypto from 'node:crypto';
import { decodeBase64url, encodeBase64url, equals, hasOnly, isObject, parseObject } from './strict.mjs';
import { ivOf, kidOf } from './assertion.mjs';
import { deriveKeys } from './grant.mjs';
import { HEADERS, MAX_HEADER, PROOF_HEADER, digestOf, fieldsOf, isDigest } from './wire.mjs';

const PROVEN = ['content-encoding', 'content-range', 'location'];
const MEMBERS = ['iat', 'req', 'sts', 'dig', 'cty', 'hdr', 'err'];
const NAME = PROOF_HEADER.toLowerCase();

const headerOf = (jti) => ({ alg: 'HS256', kid: jti, typ: 'trusted-app-response+jwt' });
const mac = (key, input) => crypto.createHmac('sha256', key).update(input).digest();
const isPrintable = (text) => /^[\t -~]*$/.test(text);

/**
 * The claims of a proof. fields: those of the response, by names in lower case; dig: a digest, `trailer`, `none`, or
 * left out; err: the value of the error header of a refusal. Null where a value cannot be proven: that is a proven 500.
 */
export function proofClaims({ iat, req, status, fields, dig, err }) {
  const claims = { iat, req, sts: status };
  if (dig !== undefined) claims.dig = dig;
  const type = fields.get('content-type')?.join(', ');
  if (type !== undefined) claims.cty = type;
  const hdr = Object.fromEntries(
    PROVEN.filter((name) => fields.has(name)).map((name) => [name, fields.get(name).join(', ')]),
  );
  if (Object.keys(hdr).length) claims.hdr = hdr;
  if (err !== undefined) claims.err = err;
  return isPrintable(type ?? '') && Object.values(hdr).every(isPrintable) ? claims : null;
}

/** grant: {jti, keys: {response}}. */
export function newProof({ jti, keys }, claims) {
  const input = [headerOf(jti), claims].map((part) => encodeBase64url(JSON.stringify(part))).join('.');
  return `${input}.${encodeBase64url(mac(keys.response, input))}`;
}

/** {claims}, or {problem} with the first thing that is wrong with it by itself. */
export function openProof(token, { jti, keys }, req) {
  if (token.length > MAX_HEADER) return { problem: 'a proof of more than 8,000 characters' };
  const parts = token.split('.');
  const [header, payload, signature] = parts.map(decodeBase64url);
  if (parts.length !== 3 || !header || !payload || !signature) return { problem: 'not a compact JWS' };
  const expected = mac(keys.response, `${parts[0]}.${parts[1]}`);
  if (signature.length !== expected.length || !crypto.timingSafeEqual(signature, expected))
    return { problem: 'the key' };
  try {
    if (!equals(parseObject(header), headerOf(jti))) return { problem: 'header' };
    const claims = parseObject(payload);
    const problem = memberProblem(claims);
    if (problem) return { problem };
    return claims.req === req ? { claims } : { problem: 'req: the proof of another request' };
  } catch (error) {
    return { problem: error.message };
  }
}

function memberProblem(claims) {
  const { iat, req, sts, dig, cty, hdr, err } = claims;
  if (!hasOnly(claims, MEMBERS)) return 'a member that is not named';
  if (typeof iat !== 'number') return 'iat';
  if (typeof req !== 'string') return 'req';
  if (typeof sts !== 'number') return 'sts';
  if (dig !== undefined && dig !== 'trailer' && dig !== 'none' && !isDigest(dig)) return 'dig';
  if (cty !== undefined && typeof cty !== 'string') return 'cty';
  if (err !== undefined && typeof err !== 'string') return 'err';
  if (hdr === undefined) return null;
  if (!isObject(hdr) || !Object.keys(hdr).length || !hasOnly(hdr, PROVEN)) return 'hdr';
  return Object.values(hdr).every((value) => typeof value === 'string') ? null : 'hdr';
}

/**
 * {claims} or {problem}: the whole check of a response. grant: {jti, keys}; req: the IV of the assertion, base64url;
 * response: {status, fields, content (bytes), trailers}; allowUnproven: content that TLS alone protects is taken.
 */
export function checkResponse(
  grant,
  req,
  { status, fields, content, trailers = new Map() },
  { allowUnproven = false } = {},
) {
  const proofs = fields.get(NAME) ?? [];
  if (proofs.length !== 1) return { problem: `${proofs.length} proofs` };
  const { claims, problem } = openProof(proofs[0], grant, req);
  if (problem) return { problem };
  if (claims.sts !== status) return { problem: 'sts' };
  const types = fields.get('content-type') ?? [];
  if (types.length > 1 || types[0] !== claims.cty) return { problem: 'cty' };
  for (const name of PROVEN)
    if (fields.get(name)?.join(', ') !== claims.hdr?.[name]) return { problem: `hdr: ${name}` };

  let { dig } = claims;
  if (dig === 'none') {
    if (claims.err !== undefined) return { problem: 'a refusal whose content is not proven' };
    return allowUnproven ? { claims } : { problem: 'content that is not proven' };
  }
  if (dig === 'trailer') {
    const last = trailers.get(NAME) ?? [];
    if (last.length !== 1) return { problem: `${last.length} proofs in the trailer` };
    const second = openProof(last[0], grant, req);
    if (second.problem) return { problem: `trailer: ${second.problem}` };
    ({ dig } = second.claims);
    if (dig === 'trailer' || dig === 'none') return { problem: 'trailer: dig' };
    if (!isSame(withoutDig(second.claims), withoutDig(claims))) return { problem: 'trailer: another response' };
  }
  const right = dig === undefined ? content.length === 0 : content.length > 0 && digestOf(content) === dig;
  return right ? { claims } : { problem: 'dig' };
}

const withoutDig = ({ dig, ...rest }) => rest;
const isSame = ({ hdr: a = {}, ...first }, { hdr: b = {}, ...second }) => equals(first, second) && equals(a, b);

/** checkResponse for a captured response: {grant: {grant, sessionKey}, request (headers), status, headers, content, proof, trailer?}. */
export function judgeProof({ grant, request, status, headers, content, proof, trailer, allowUnproven }) {
  const [jti, req] = [kidOf(request[HEADERS.cert]), ivOf(request[HEADERS.cert])];
  const keys = deriveKeys(Buffer.from(grant.sessionKey, 'base64url'), grant.grant);
  const response = {
    status,
    fields: fieldsOf([...headers, [PROOF_HEADER, proof]]),
    content: Buffer.from(content, 'base64'),
    trailers: fieldsOf(trailer ? [[PROOF_HEADER, trailer]] : []),
  };
  return checkResponse({ jti, keys }, req, response, { allowUnproven });
}
