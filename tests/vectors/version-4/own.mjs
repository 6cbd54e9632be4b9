// Scenarios that need a trust, a provider or a clock of their own, which the peer's variants do not have.
import { keysOf } from '../../Interop/jose/keys.mjs';
import { BODY, newJti } from '../../Interop/jose/maker.mjs';
import { chain } from '../../Interop/jose/variants-delegation.mjs';
import { HEADERS, digestOf } from '../../Interop/jose/wire.mjs';
import { issue } from '../../Interop/peer/legacy.mjs';
import * as raw from '../../Interop/jose/raw.mjs';

const HOUR = 3600;
const accepted = (user = 'fred') => ({ outcome: 'accepted', user });
const refused = (...codes) => ({ outcome: 'refused', codes });

/** make: the peer's Maker; legacyKey, publicKey: the consumer's for version 3. */
export function own({ make, legacyKey, publicKey }) {
  const { now } = make;
  const list = [];
  /** steps: what make.step gives, with expect, and trust, provider, at (seconds after now), users, deniedUsers. */
  const add = (section, rule, title, steps) => list.push({ section, rule, title, group: `section-${section}`, steps });
  const good = (options = {}, expect = accepted(), more = {}) => {
    const grant = options.grant ?? make.grant(options.granted);
    const cert = options.cert ?? make.cert({ grant, ...options });
    return { ...make.step({ grant, cert, ...options.step }), expect, ...more };
  };

  // ---- section 2
  const retired =
    'A retired encryption key stays usable for the refetch interval, a hold, an hour and the longest grant life together (50 hours and a minute)';
  for (const [title, at, expect] of [
    ['a wrapped key for the key that is retired', HOUR, accepted()],
    ['a wrapped key for the key that was retired 50 hours ago', 50 * HOUR, accepted()],
    ['a wrapped key for the key that was retired 51 hours ago', 51 * HOUR, refused('BAD_GRANT')],
  ]) {
    const times = { iat: now + at, exp: now + at + 600 };
    const grant = make.grant({ claims: times });
    add('2', retired, title, [
      {
        ...make.step({ grant, cert: make.cert({ grant, claims: { iat: now + at } }) }),
        expect,
        at,
        provider: { keys: '@tracker-rotated.keys' },
      },
    ]);
  }
  const [, second] = keysOf(make.application, 'sig');
  const bySecond = () => make.grant({ key: second, header: { kid: second.kid } });
  const removed = bySecond();
  const first = { certificate: '@wiki-first.certificate' };
  add('2', "an administrator's removal of a key is immediate", 'a kept grant by a key that was removed since', [
    good({ grant: removed }),
    good({ grant: removed }, refused('BAD_GRANT'), { trust: first }),
  ]);
  add('2', 'a removed thumbprint is not trusted again without one', 'a new grant by a key that was removed', [
    good({ grant: bySecond() }, refused('BAD_GRANT'), { trust: first }),
  ]);
  add('2', '`name` is hostile text', 'a certificate whose name has nothing to do with the id', [
    good({}, accepted(), { trust: { certificate: '@wiki-renamed.certificate' } }),
  ]);

  // ---- section 3
  add('3', '`base` one of its configured public base URLs, byte for byte', 'the second of two base URLs', [
    good({}, accepted(), { provider: { baseUrls: ['https://tracker.internal', make.base] } }),
  ]);
  add('3', '`base` one of its configured public base URLs, byte for byte', 'the base URL of before a move', [
    good({}, refused('BAD_AUDIENCE'), { provider: { baseUrls: ['https://tracker.internal'] } }),
  ]);
  const short = make.grant({ claims: { exp: now + 100 } });
  add('3', 'time is checked again', 'a kept grant at its end', [
    good({ grant: short }),
    good({ grant: short, claims: { iat: now + 130 } }, accepted(), { at: 130 }),
    good({ grant: short, claims: { iat: now + 131 } }, refused('OLD_CERT'), { at: 131 }),
  ]);
  const again = newJti();
  add('3', 'a change to a trust drops its grants', 'a jti again when the trust has changed', [
    good({ grant: make.grant({ claims: { jti: again } }) }),
    good({ grant: make.grant({ claims: { jti: again } }) }, accepted(), { trust: { timeoutMs: 61000 } }),
  ]);
  const kept = make.grant();
  add('3', 'the trust still exists', 'a kept grant of an application that is trusted no more', [
    good({ grant: kept }),
    good({ grant: kept }, refused('APP_UNKNOWN'), { trust: null }),
  ]);
  const bad = make.grant({ signer: raw.sign.salt(0)(keysOf(make.application, 'sig')[0]) });
  add('3', 'may be remembered for at most 60 s', 'a grant with a bad signature, and the same again', [
    good({ grant: bad }, refused('BAD_GRANT')),
    good({ grant: bad }, refused('BAD_GRANT')),
  ]);

  const named = (grant, options = {}, expect = accepted(), more = {}) =>
    good({ ...options, grant, step: { ...options.step, name: true } }, expect, more);
  const needed = refused('GRANT_NEEDED');
  const good3 = 'None that is still good (revision, signing key, time)';
  const ending = make.grant({ claims: { exp: now + 100 } });
  add('3', good3, 'a named grant at its end', [
    good({ grant: ending }),
    named(ending, { claims: { iat: now + 130 } }, accepted(), { at: 130 }),
    named(ending, { claims: { iat: now + 131 } }, needed, { at: 131 }),
  ]);
  const revised = make.grant();
  const revision = { trust: { timeoutMs: 61000 } };
  add('3', good3, 'a named grant when the trust has changed', [
    good({ grant: revised }),
    named(revised, {}, needed, revision),
    good({ grant: revised }, accepted(), revision),
    named(revised, {}, accepted(), revision),
  ]);
  const unkeyed = bySecond();
  add('3', good3, 'a named grant by a key that was removed since', [
    good({ grant: unkeyed }),
    named(unkeyed, {}, needed, { trust: first }),
    good({ grant: unkeyed }, refused('BAD_GRANT'), { trust: first }),
  ]);
  const orphan = make.grant();
  add('3', 'after version, application and address', 'a named grant of an application that is trusted no more', [
    good({ grant: orphan }),
    named(orphan, {}, refused('APP_UNKNOWN'), { trust: null }),
  ]);
  add('3', 'after version, application and address', 'a grant that was never sent, from an address outside the list', [
    named(make.grant(), {}, refused('BAD_REMOTE_IP'), { trust: { addresses: ['192.0.2.0/24'] } }),
  ]);
  const passing = make.grant();
  add(
    '3',
    'On GRANT_NEEDED the consumer sends the request once more at once, with Key and a new assertion',
    'GRANT_NEEDED, and then with Key',
    [named(passing, {}, needed), good({ grant: passing }), named(passing)],
  );

  // ---- section 4
  const timeouts = 'time-out 1 s to 15 min, 60 s by default';
  for (const [seconds, words] of [
    [1, '1 s'],
    [900, '15 min'],
  ]) {
    const trust = { timeoutMs: seconds * 1000 };
    add('4', timeouts, `as old as a time-out of ${words} allows`, [
      good({ claims: { iat: now - seconds - 30 } }, accepted(), { trust }),
    ]);
    add('4', timeouts, `older than a time-out of ${words} allows`, [
      good({ claims: { iat: now - seconds - 31 } }, refused('OLD_CERT'), { trust }),
    ]);
  }
  const once = make.grant();
  const cert = make.cert({ grant: once });
  add(
    '4',
    'while the assertion could still be accepted (now <= `iat` + time-out + skew)',
    'the same request again as late as can be, and later',
    [
      good({ grant: once, cert }),
      good({ grant: once }, accepted(), { at: 40 }),
      good({ grant: once, cert }, refused('REPLAYED'), { at: 90 }),
      good({ grant: once, cert }, refused('OLD_CERT'), { at: 91 }),
    ],
  );

  // ---- section 5: the codes
  add('5', 'a method that the trust does not allow', 'a method outside the list of the trust', [
    good({ claims: { htm: 'PUT' }, step: { method: 'PUT' } }, refused('BAD_METHOD'), {
      trust: { methods: ['GET', 'POST'] },
    }),
  ]);
  add('5', 'user lists of the trust', 'a user outside the list of the trust', [
    good({ claims: { sub: 'barney' } }, refused('PERMISSION_DENIED'), { trust: { allowUsers: ['f*'] } }),
  ]);
  add('5', 'user lists of the trust', 'a user on the list of those denied', [
    good({}, refused('PERMISSION_DENIED'), { trust: { denyUsers: ['fred'] } }),
  ]);
  add('5', 'or the resolver says so', 'a user who may not log in', [
    good({}, refused('PERMISSION_DENIED'), { deniedUsers: ['fred'] }),
  ]);
  add('5', 'parameters never repeat decrypted claims', 'a user who does not exist', [
    good({ claims: { sub: 'wilma' } }, refused('USER_UNKNOWN')),
  ]);
  add('5', 'are given before anything is proven', 'an address outside the list of the trust', [
    good({ grant: bad }, refused('BAD_REMOTE_IP'), { trust: { addresses: ['192.0.2.0/24'] } }),
  ]);

  // ---- section 6
  const order = 'The first failure decides the code';
  const elsewhere = { trust: { urls: ['/rest/api/projects'] } };
  add('6', order, 'an address outside the URL patterns, and a user who is denied', [
    good({}, refused('BAD_URL'), { trust: { ...elsewhere.trust, denyUsers: ['fred'] } }),
  ]);
  add('6', order, 'another method than signed, and one that is not allowed', [
    good({ step: { method: 'PUT' } }, refused('BAD_SIGNATURE'), { trust: { methods: ['GET'] } }),
  ]);
  const passedOn = { act: chain(make.application.id, 'desk:1') };
  add('6', order, 'a method that is not allowed, and delegation that is not', [
    good({ claims: { ...passedOn, htm: 'PUT' }, step: { method: 'PUT' } }, refused('BAD_METHOD'), {
      trust: { methods: ['GET'] },
    }),
  ]);
  add('6', order, 'an address outside the URL patterns, and a scope that is not allowed', [
    good({ claims: { scope: 'issues.read' } }, refused('BAD_URL'), elsewhere),
  ]);
  add('6', order, 'delegation that is not allowed, for an unknown user', [
    good({ claims: { ...passedOn, sub: 'wilma' } }, refused('PERMISSION_DENIED')),
  ]);
  add('6', order, 'a scope that is not allowed, and other content', [
    good(
      {
        claims: { scope: 'issues.read', htm: 'POST', dig: digestOf(BODY) },
        step: { method: 'POST', content: Buffer.from('x') },
      },
      refused('PERMISSION_DENIED'),
    ),
  ]);
  const unbound = { step: { extra: [['Idempotency-Key', 'abc-1']] } };
  add('6', order, 'a header that must be bound, and a method that is not allowed', [
    good(unbound, refused('BAD_SIGNATURE'), {
      trust: { methods: ['PUT'] },
      provider: { requiredHeaders: ['idempotency-KEY'] },
    }),
  ]);
  add('4', 'A provider can list headers that must be bound when they are there', 'a header that need not be bound', [
    good(unbound, accepted(), { provider: { requiredHeaders: ['If-Match'] } }),
  ]);
  const pattern = make.grant();
  const patterned = make.cert({ grant: pattern });
  add('6', order, 'a request that a URL pattern refused is not remembered', [
    good({ grant: pattern, cert: patterned }, refused('BAD_URL'), elsewhere),
    good({ grant: pattern, cert: patterned }),
  ]);
  const stranger = make.grant();
  const unknown = make.cert({ grant: stranger, claims: { sub: 'wilma' } });
  add('6', order, 'a request for an unknown user is remembered', [
    good({ grant: stranger, cert: unknown }, refused('USER_UNKNOWN')),
    good({ grant: stranger, cert: unknown }, refused('REPLAYED'), { users: ['fred', 'wilma'] }),
  ]);
  add('6', order, 'wrong content for an unknown user', [
    good(
      {
        claims: { sub: 'wilma', htm: 'POST', dig: digestOf(BODY) },
        step: { method: 'POST', content: Buffer.from('x') },
      },
      refused('BAD_DIGEST'),
    ),
  ]);

  // ---- section 7: what a provider sees of a consumer that keeps its duties
  const resent = 'A request that is sent again, for whatever reason, gets a new assertion';
  const session = make.grant();
  const lost = make.cert({ grant: session });
  add('7', resent, 'sent again with a new assertion', [good({ grant: session }), good({ grant: session })]);
  add('7', resent, 'sent again with a new assertion after REPLAYED', [
    good({ grant: session, cert: lost }),
    good({ grant: session, cert: lost }, refused('REPLAYED')),
    good({ grant: session }),
  ]);
  add('7', 'with a new grant on BAD_GRANT and on the clock codes', 'sent again with a new grant after BAD_GRANT', [
    good({ grant: bad }, refused('BAD_GRANT')),
    good(),
  ]);
  for (const [code, off] of [
    ['OLD_CERT', -300],
    ['FUTURE_CERT', 300],
  ])
    add('7', 'clock corrected from the Date header', `sent again with a corrected clock after ${code}`, [
      good({ granted: { claims: { iat: now - 10 } }, claims: { iat: now + off } }, refused(code)),
      good(),
    ]);

  // ---- section 8
  const version3 = (method = 'GET') => {
    const user = 'fred';
    const headers = issue({
      privateKey: legacyKey,
      id: make.application.id,
      version: '3',
      user,
      url: `https://tracker.example${make.uri}`,
      at: now * 1000,
    });
    return { method, target: make.uri, headers: Object.entries(headers) };
  };
  const both = { versions: ['4', '3'], publicKey };
  const relabel = (version) => (fields) =>
    fields.map(([name, value]) => [name, name === HEADERS.version ? version : value]);
  const only4 = 'one made from a version 4 certificate accepts only 4 unless the administrator adds another';
  const judged = 'A request is judged under the version in its header and no other';
  add('8', only4, 'a genuine request of version 3', [{ ...version3(), expect: refused('BAD_PROTOCOL_VERSION') }]);
  add('8', only4, 'a genuine request of version 3 that the trust allows', [
    { ...version3(), expect: accepted(), trust: both },
  ]);
  add('8', only4, 'a request of version 4 where the trust allows 3 as well', [good({}, accepted(), { trust: both })]);
  add('8', 'A trust lists the versions it accepts', 'a request of version 4 where the trust allows 3 only', [
    good({}, refused('BAD_PROTOCOL_VERSION'), { trust: { versions: ['3'], publicKey } }),
  ]);
  add('8', judged, 'a request of version 4 called 3, where both are allowed', [
    good({ step: { headers: relabel('3') } }, refused('BAD_MAGIC'), { trust: both }),
  ]); // legacy.md section 3: Cert is no canonical base64
  add('8', judged, 'a request of version 3 called 4, where both are allowed', [
    { ...version3(), headers: relabel('4')(version3().headers), expect: refused('SYSTEM'), trust: both },
  ]);
  add('8', judged, 'version 3 headers beside those of version 4, called 4', [
    good(
      {
        step: {
          headers: (fields) => [...fields, ...version3().headers.filter(([name]) => name.endsWith('Signature'))],
        },
      },
      refused('SYSTEM'),
      { trust: both },
    ),
  ]);
  add('8', 'which has its own conditions', 'a POST of version 3, which signs no method, where both are allowed', [
    { ...version3('POST'), expect: refused('BAD_METHOD'), trust: both },
  ]);
  add('8', judged, 'a captured version 4 assertion under version 2', [
    good({ step: { headers: relabel('2') } }, refused('MAGIC_NUMBER_NOT_FOUND', 'BAD_PROTOCOL_VERSION'), {
      trust: { ...both, versions: ['4', '2'] },
    }),
  ]);
  return list;
}
