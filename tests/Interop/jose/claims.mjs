// What is malformed in the claims of an assertion, section 4.
import { hasOnly, isId, isObject, isToken } from './strict.mjs';
import { isDigest, isOurs } from './wire.mjs';

const CLAIMS = ['sub', 'iat', 'htm', 'uri', 'dig', 'cty', 'rsp', 'act', 'scope', 'hdr'];

/** The first claim that is malformed, or null. iss: that of the grant. */
export function claimsProblem(claims, iss) {
  const { sub, iat, htm, uri, dig, cty, rsp, act, scope, hdr } = claims;
  if (!hasOnly(claims, CLAIMS)) return 'a claim that is not named';
  if (sub !== undefined && !isUser(sub)) return 'sub';
  if (typeof iat !== 'number') return 'iat';
  if (typeof htm !== 'string') return 'htm';
  if (typeof uri !== 'string') return 'uri';
  if (dig !== undefined && dig !== 'none' && !isDigest(dig)) return 'dig';
  if (cty !== undefined && (typeof cty !== 'string' || dig === undefined)) return 'cty';
  if (rsp !== undefined && rsp !== true) return 'rsp';
  if (act !== undefined && (sub === undefined || !isAct(act, iss))) return 'act';
  if (scope !== undefined && !isScope(scope)) return 'scope';
  if (hdr !== undefined && !isHdr(hdr)) return 'hdr';
  return null;
}

export function isUser(sub) {
  if (typeof sub !== 'string' || !sub.isWellFormed()) return false;
  const length = [...sub].length;
  if (length < 1 || length > 255 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(sub) || /^ | $/.test(sub)) return false;
  return !/\p{Cf}/u.test(sub.replace(/\u200c|\u200d/g, '')) && !/^[\u200c\u200d]|[\u200c\u200d]$/.test(sub);
}

/** The ids of a chain: the own one, then who asked, the nearest first. */
export function idsOf(act) {
  const ids = [];
  for (let one = act; one !== undefined; one = one.act) ids.push(one.sub);
  return ids;
}

function isAct(act, iss) {
  for (let one = act; one !== undefined; one = one.act)
    if (!isObject(one) || !hasOnly(one, ['sub', 'act']) || !isId(one.sub)) return false;
  const ids = idsOf(act);
  return ids[0] === iss && ids.length >= 2 && ids.length <= 4 && new Set(ids).size === ids.length;
}

export const isScope = (scope) => {
  if (typeof scope !== 'string') return false;
  const names = scope.split(' ');
  return (
    names.length <= 16 && names.every((name) => /^[!#-[\]-~]{1,64}$/.test(name)) && new Set(names).size === names.length
  );
};

const UNBINDABLE = new Set([
  ...['host', 'content-type', 'content-length', 'cookie'],
  ...['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
  ...['via', 'forwarded', 'accept-encoding'],
]);
const isBindable = (name) =>
  isToken(name) &&
  name === name.toLowerCase() &&
  !isOurs(name) &&
  !UNBINDABLE.has(name) &&
  !/^(proxy|x-forwarded)-/.test(name);
const isFieldValue = (value) => typeof value === 'string' && /^([!-~]([\t -~]*[!-~])?)?$/.test(value);

export function isHdr(hdr) {
  if (!isObject(hdr)) return false;
  const members = Object.entries(hdr);
  if (members.length < 1 || members.length > 8) return false;
  if (!members.every(([name, value]) => isBindable(name) && isFieldValue(value))) return false;
  return members.reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= 1024;
}
