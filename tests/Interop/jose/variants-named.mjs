// The grant sent once and then named, and the keys that are derived from it: section 3.
import crypto from 'node:crypto';
import { keysOf } from './keys.mjs';
import { deriveKeys } from './grant.mjs';
import { HEADERS, digestOf } from './wire.mjs';
import {
  BASE64_FAULTS,
  BODY,
  JSON_FAULTS,
  OK,
  also,
  flip,
  newJti,
  part,
  random,
  requestKeyOf,
  set,
  spare,
} from './maker.mjs';
import * as raw from './raw.mjs';

const NEEDED = ['GRANT_NEEDED'];
const refused = (step, ...codes) => ({ ...step, expect: 'refused', codes });

export const named = {
  named(make) {
    const { other } = make;
    const kept = { why: 'looks among the grants that it keeps for that application and the kid' };
    /** A grant that the provider keeps, and then a request that names it. */
    const after = (name, second, verdict, more = kept, first = {}) => {
      const grant = make.grant();
      make.add('3', name, [make.step({ grant, ...first }), second(grant)].flat(), verdict, more);
    };
    const naming = (grant, { cert = {}, ...step } = {}) =>
      make.step({ grant, name: true, cert: typeof cert === 'string' ? cert : make.cert({ grant, ...cert }), ...step });

    after('Key left out', (grant) => naming(grant), OK);
    after('Key empty', (grant) => make.step({ grant, key: '' }), OK, { why: 'whose Key is absent or blank' });
    after('Key of spaces and tabs', (grant) => make.step({ grant, key: ' \t ' }), OK, {
      why: 'whose Key is absent or blank',
    });
    after('Key left out, then there again', (grant) => [naming(grant), make.step({ grant })], OK);
    after('Key left out many times', (grant) => Array.from({ length: 5 }, () => naming(grant)), OK);
    after(
      'POST with content',
      (grant) =>
        naming(grant, {
          method: 'POST',
          content: BODY,
          cert: { claims: { htm: 'POST', dig: digestOf(BODY) } },
        }),
      OK,
      { why: "the consumer's duty; a provider does not look at this" },
    );
    const two = [make.grant(), make.grant()];
    make.add(
      '3',
      'each of two grants',
      [...two.map((grant) => make.step({ grant })), ...two.map((grant) => naming(grant))],
      OK,
      kept,
    );
    const theirs = make.grant({ by: other });
    make.add('3', 'the grant of another application', [make.step({ grant: theirs }), naming(theirs)], OK, kept);
    const same = newJti();
    const both = [make.application, other].map((by) => make.grant({ by, claims: { jti: same } }));
    make.add(
      '3',
      'one jti in two applications',
      [...both.map((grant) => make.step({ grant })), naming(both[0])],
      OK,
      kept,
    );

    // ---- kept whatever becomes of the request
    const whatever = { why: 'A verified grant is kept from its verification on, whatever becomes of the request' };
    for (const [title, step, code] of [
      ['whose assertion did not open', (grant) => ({ cert: make.cert({ grant, key: random(32) }) }), 'BAD_MAGIC'],
      ['whose claims were malformed', (grant) => ({ cert: make.cert({ grant, claims: { sub: '' } }) }), 'SYSTEM'],
      ['whose assertion was too old', (grant) => ({ cert: make.cert({ grant, claims: { iat: 0 } }) }), 'OLD_CERT'],
      ['whose address was another', () => ({ target: `${make.path}/other` }), 'BAD_SIGNATURE'],
    ]) {
      const grant = make.grant();
      make.add(
        '3',
        `kept from a request ${title}`,
        [refused(make.step({ grant, ...step(grant) }), code), naming(grant)],
        OK,
        whatever,
      );
    }

    // ---- none that is good
    const none = { why: 'None that is still good: 401 GRANT_NEEDED', status: 401 };
    make.add('3', 'never sent', naming(make.grant()), NEEDED, none);
    make.add('3', 'never sent, Key empty', make.step({ grant: make.grant(), key: '' }), NEEDED, none);
    make.add('3', 'never sent, Key of spaces', make.step({ grant: make.grant(), key: '  ' }), NEEDED, none);
    after('a kid of its own', (grant) => naming(grant, { cert: { header: { kid: newJti() } } }), NEEDED, none);
    after(
      'a kid that is not 22 characters',
      (grant) => naming(grant, { cert: { header: { kid: 'x' } } }),
      NEEDED,
      none,
    );
    after('an empty kid', (grant) => naming(grant, { cert: { header: { kid: '' } } }), NEEDED, none);
    after(
      'the kid with spare bits',
      (grant) => naming(grant, { cert: { header: { kid: spare(grant.jti) } } }),
      NEEDED,
      none,
    );
    after('under the ID of another', (grant) => naming(grant, { id: other.id }), NEEDED, none);
    for (const [title, options] of [
      ['whose signature is bad', { token: part(2, (t) => flip(t)) }],
      ['whose wrapped key does not open', { jwe: { token: part(4, (t) => flip(t)) } }],
      ['for another provider', { claims: { aud: 'other' } }],
      ['that is expired', { claims: { iat: make.now - 631, exp: make.now - 31 } }],
    ]) {
      const grant = make.grant(options);
      const code = { 'for another provider': 'BAD_AUDIENCE', 'that is expired': 'OLD_CERT' }[title] ?? 'BAD_GRANT';
      make.add('3', `a grant ${title}`, [refused(make.step({ grant }), code), naming(grant)], NEEDED, {
        why: 'A verified grant is kept',
      });
    }
    const first = make.grant();
    const second = make.grant({ claims: { jti: first.jti } });
    make.add(
      '3',
      'the second of two grants with one jti',
      [make.step({ grant: first }), refused(make.step({ grant: second }), 'BAD_GRANT'), naming(second)],
      ['BAD_MAGIC'],
      {
        why: 'A second, different grant with the (iss, jti) of one that this process keeps is refused: the kid names the first',
      },
    );
    const late = make.grant();
    const cert = make.cert({ grant: late });
    make.add(
      '3',
      'never sent, then the same assertion with Key',
      [refused(naming(late, { cert }), 'GRANT_NEEDED'), make.step({ grant: late, cert })],
      OK,
      {
        why: 'before anything else is judged or remembered',
      },
    );

    // ---- a protected header that names nothing
    const unread = {
      why: 'a protected header of Cert that cannot be read or is not as in section 4: 401 GRANT_NEEDED',
      status: 401,
    };
    const heading = (name, cert) =>
      after(`header: ${name}`, (grant) => naming(grant, { cert: cert(grant) }), NEEDED, unread);
    for (const [name, header] of Object.entries({
      'an unknown member': { x: 1 },
      zip: { zip: 'DEF' },
      crit: { crit: ['exp'], exp: 1 },
      'typ missing': { typ: undefined },
      'typ of a grant': { typ: 'trusted-app-grant+jwt' },
      'typ in capitals': { typ: 'TRUSTED-APP-CERT+JWT' },
      'alg A256KW': { alg: 'A256KW' },
      'enc A128GCM': { enc: 'A128GCM' },
      'enc missing': { enc: undefined },
      'kid missing': { kid: undefined },
      'kid null': { kid: null },
      'kid a list': { kid: ['x'] },
      'kid a number': { kid: 1 },
    }))
      heading(name, (grant) => make.cert({ grant, header }));
    for (const [name, fault] of Object.entries(JSON_FAULTS))
      heading(`JSON: ${name}`, (grant) => make.cert({ grant, text: fault }));
    for (const [name, change] of Object.entries(BASE64_FAULTS))
      heading(name, (grant) => part(0, change)(make.cert({ grant })));
    heading('a leading dot', (grant) => `.${make.cert({ grant })}`);
    heading('dots', () => '....');
    heading('a word', () => 'cert');
    heading('two with a comma', (grant) => ((t) => `${t.split('.')[0]},${t}`)(make.cert({ grant })));
    after(
      'nothing but the header',
      (grant) => naming(grant, { cert: make.cert({ grant }).split('.')[0] }),
      ['BAD_MAGIC'],
      {
        why: 'the text before the first dot is as in section 4; the assertion does not open',
      },
    );
    after(
      'four parts',
      (grant) => naming(grant, { cert: make.cert({ grant }).split('.').slice(0, 4).join('.') }),
      ['BAD_MAGIC'],
      {
        why: 'the text before the first dot is as in section 4; the assertion does not open',
      },
    );

    // ---- what comes after the grant
    after('one bit of the tag', (grant) => naming(grant, { cert: part(4, (t) => flip(t))(make.cert({ grant })) }), [
      'BAD_MAGIC',
    ]);
    after('the assertion of another grant', (grant) => naming(grant, { cert: { key: requestKeyOf(make.grant()) } }), [
      'BAD_MAGIC',
    ]);
    after('another method', (grant) => naming(grant, { method: 'DELETE' }), ['BAD_SIGNATURE']);
    after('too old', (grant) => naming(grant, { cert: { claims: { iat: make.now - 91 } } }), ['OLD_CERT']);
    const replayed = (title, steps) => {
      const grant = make.grant();
      const once = make.cert({ grant });
      make.add('4', title, [make.step({ grant }), ...steps(grant, once)], ['REPLAYED'], { why: 'refuses a repeat' });
    };
    replayed('the same request again', (grant, once) => [naming(grant, { cert: once }), naming(grant, { cert: once })]);
    replayed('with Key, then without', (grant, once) => [
      make.step({ grant, cert: once }),
      naming(grant, { cert: once }),
    ]);
    replayed('without Key, then with', (grant, once) => [
      naming(grant, { cert: once }),
      make.step({ grant, cert: once }),
    ]);

    // ---- what comes before it
    const order = { why: 'after version, application and address and before anything else' };
    const spoilt = '*';
    const before = (name, step, codes) => make.add('6', name, naming(make.grant(), step), codes, order);
    before('never sent, of a stranger', { id: make.stranger.id }, ['APP_UNKNOWN']);
    before('a header that cannot be read, of a stranger', { id: make.stranger.id, cert: spoilt }, ['APP_UNKNOWN']);
    before('never sent, version 3', { headers: set(HEADERS.version, '3') }, ['BAD_PROTOCOL_VERSION']);
    before('never sent, with a method override', { extra: [['X-HTTP-Method-Override', 'PUT']] }, ['SYSTEM']);
    before('never sent, with Magic beside', { headers: also(['X-Seraph-Trusted-App-Magic', 'x']) }, ['SYSTEM']);
    before('a Cert of 8,001 letters', { cert: 'A'.repeat(8001) }, ['SYSTEM']);
    before('Key twice, both blank', { headers: also([HEADERS.key, ''], [HEADERS.key, '']) }, ['SYSTEM']);
    before('never sent, and claims that are malformed', { cert: { claims: { sub: '' } } }, NEEDED);
    before('never sent, and another address', { target: `${make.path}/other` }, NEEDED);
    before('never sent, and another version unknown', { headers: set(HEADERS.version, '5') }, ['BAD_PROTOCOL_VERSION']);
  },

  derived(make) {
    const why = 'The session key itself encrypts nothing; salt = SHA-256 over the ASCII text of the whole grant';
    const hash = (text) => crypto.createHash('sha256').update(text).digest();
    const hkdf = (key, salt, info = 'trusted-app-cert+jwt', digest = 'sha256') =>
      Buffer.from(crypto.hkdfSync(digest, key, salt, info, 32));
    const { shared } = make;
    const text = shared.header;
    const signed = text.split('.').slice(0, 2).join('.');
    make.tryCert('the request key', { key: hkdf(shared.key, hash(text)) }, OK, { why });
    make.tryCert('the text as salt', { key: hkdf(shared.key, text) }, OK, {
      why: "HMAC hashes a long key itself: the grant's text as salt gives the same keys",
    });
    for (const [name, key] of Object.entries({
      'the session key': shared.key,
      'the response key': deriveKeys(shared.key, text).response,
      'no salt': hkdf(shared.key, ''),
      'the hash of the signed text as salt': hkdf(shared.key, hash(signed)),
      'the hash of the payload as salt': hkdf(shared.key, hash(text.split('.')[1])),
      'the hash in hexadecimal as salt': hkdf(shared.key, hash(text).toString('hex')),
      'the jti as salt': hkdf(shared.key, shared.jti),
      'no info': hkdf(shared.key, hash(text), ''),
      'the info of a grant': hkdf(shared.key, hash(text), 'trusted-app-grant+jwt'),
      'SHA-512': hkdf(shared.key, hash(text), undefined, 'sha512'),
      'the text of k as IKM': hkdf(shared.key.toString('base64url'), hash(text)),
      'the derived key derived again': hkdf(hkdf(shared.key, hash(text)), hash(text)),
    }))
      make.tryCert(name, { key }, ['BAD_MAGIC'], { why });

    // Unknown key share: a second grant that wraps the same k, made by whoever it was made for.
    const share = {
      why: 'an assertion made for one provider does not open under a grant that wraps the same k for another',
    };
    const relayed = (name, from, to, id = to.by.id) =>
      make.add('3', name, make.step({ grant: to, id, cert: make.cert({ grant: from }) }), ['BAD_MAGIC'], share);
    for (const [name, change] of Object.entries({
      'made for another provider': { aud: 'evil:1' },
      'made for another base': { base: 'https://evil.example' },
    })) {
      const one = { sessionKey: random(32), claims: { jti: newJti() } };
      relayed(
        `one k and jti, an assertion ${name}`,
        make.grant({ ...one, claims: { ...one.claims, ...change } }),
        make.grant(one),
      );
    }
    const again = { sessionKey: random(32), claims: { jti: newJti() } };
    relayed(
      'one k and jti, another life',
      make.grant({ ...again, claims: { ...again.claims, exp: make.now + 300 } }),
      make.grant(again),
    );
    const relay = { sessionKey: random(32), claims: { jti: newJti() } };
    relayed(
      'a provider that is a consumer, too, relays under its own grant',
      make.grant({ ...relay, claims: { ...relay.claims, aud: make.other.id } }),
      make.grant({ ...relay, by: make.other }),
    );
    const sessionKey = random(32);
    const twice = { sessionKey, claims: { jti: newJti(), cnf: { jwe: make.jwe({ sessionKey }) } } };
    relayed('one grant signed twice', make.grant(twice), make.grant(twice));
    const [, bySecond] = keysOf(make.application, 'sig');
    if (bySecond) {
      const keyed = { sessionKey, claims: { jti: newJti(), cnf: { jwe: make.jwe({ sessionKey }) } } };
      relayed(
        'one payload signed by two keys',
        make.grant(keyed),
        make.grant({ ...keyed, key: bySecond, header: { kid: bySecond.kid } }),
      );
    }
    make.tryCert(
      'a proof in the place of the assertion',
      {
        token: () =>
          raw.jws({
            header: { alg: 'HS256', kid: shared.jti, typ: 'trusted-app-response+jwt' },
            payload: { iat: make.now, req: 'AAAAAAAAAAAAAAAA', sts: 200 },
            signer: raw.sign.HS256(deriveKeys(shared.key, text).response),
          }),
      },
      ['BAD_MAGIC'],
      { why: 'the assertion does not open, or its header, IV or tag is malformed' },
    );
  },
};
