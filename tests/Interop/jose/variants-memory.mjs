// Whose request it is, and what is remembered: sections 3 and 4.
import { keysOf } from './keys.mjs';
import { digestOf } from './wire.mjs';
import { BODY, OK, flip, newJti, part, random, replace, spareAnywhere } from './maker.mjs';
import * as raw from './raw.mjs';

export const memories = {
  applications(make) {
    const { application, other, stranger, shared } = make;
    make.add('3', 'another known application', make.step({ grant: make.grant({ by: other }) }), OK);
    make.add('3', 'the ID of another over a captured request', make.step({ id: other.id }), ['BAD_GRANT'], {
      why: 'kid is a trusted key of the app named in the ID header',
    });
    make.add(
      '3',
      'a grant of another under this ID',
      make.step({ id: application.id, grant: make.grant({ by: other }) }),
      ['BAD_GRANT'],
    );
    make.tryGrant('iss of another', { claims: { iss: other.id } }, ['BAD_GRANT'], { why: 'iss equals the ID header' });
    make.tryGrant('iss of another, wrapped for it too', {
      claims: { iss: other.id },
      jwe: { header: { iss: other.id } },
    });
    make.tryGrant('iss in another case', { claims: { iss: application.id.toUpperCase() } });
    make.tryGrant('iss missing', { claims: { iss: undefined } });
    make.tryGrant('iss a list', { claims: { iss: [application.id] } });
    make.tryGrant('signed by another, with its kid', {
      key: keysOf(other, 'sig')[0],
      header: { kid: keysOf(other, 'sig')[0].kid },
    });
    make.tryGrant('signed by another, with our kid', { key: keysOf(other, 'sig')[0] });
    make.tryGrant('signed by a stranger, with its kid', {
      key: keysOf(stranger, 'sig')[0],
      header: { kid: keysOf(stranger, 'sig')[0].kid },
    });

    const sessionKey = random(32);
    const captured = make.jwe({ sessionKey });
    make.add(
      '3',
      'a captured wrapped key, signed by another',
      make.step({
        grant: make.grant({ by: other, sessionKey, claims: { cnf: { jwe: captured } } }),
      }),
      ['BAD_GRANT'],
      { why: "the JWE's header is as above with the same iss" },
    );
    make.tryGrant('a wrapped key for another', { jwe: { header: { iss: other.id } } });
    make.tryGrant('a wrapped key without iss', { jwe: { header: { iss: undefined } } });

    make.add('6', 'a stranger', make.step({ grant: make.grant({ by: stranger }) }), ['APP_UNKNOWN']);
    for (const [name, id] of Object.entries({
      'in capitals': application.id.toUpperCase(),
      'and a character more': `${application.id}x`,
      quoted: `"${application.id}"`,
      'twice with a comma': `${application.id}, ${application.id}`,
      'and a slash': `${application.id}/`,
      'of 129 characters': 'a'.repeat(129),
    }))
      make.add('1', `the ID ${name}`, make.step({ id }), ['APP_UNKNOWN'], { why: 'compared byte for byte' });

    const jti = newJti();
    const iv = random(12);
    const ours = make.grant({ claims: { jti } });
    const theirs = make.grant({ by: other, claims: { jti } });
    make.add(
      '3',
      'one jti in two applications',
      [
        make.step({ grant: ours, cert: make.cert({ grant: ours }) }),
        make.step({ grant: theirs, cert: make.cert({ grant: theirs }) }),
      ],
      OK,
      { why: 'kept under (application id, whole header value); (iss, jti)' },
    );
    const same = newJti();
    const [mine, yours] = [application, other].map((by) =>
      make.grant({ by, sessionKey: random(32), claims: { jti: same } }),
    );
    make.add(
      '4',
      'one jti and one IV in two applications',
      [
        make.step({ grant: mine, cert: make.cert({ grant: mine, iv }) }),
        make.step({ grant: yours, cert: make.cert({ grant: yours, iv }) }),
      ],
      OK,
      { why: 'The provider remembers (iss, jti, IV, iat)' },
    );

    const second = make.grant();
    make.add(
      '4',
      'the assertion of another grant',
      make.step({ grant: second, cert: make.cert({ grant: shared }) }),
      ['BAD_MAGIC'],
      { why: "kid: the grant's jti" },
    );
    make.add(
      '4',
      'the assertion of another grant, with this kid',
      make.step({ grant: second, cert: make.cert({ grant: shared, header: { kid: second.jti } }) }),
      ['BAD_MAGIC'],
    );
    make.add(
      '4',
      'an assertion of this grant that names another',
      make.step({ grant: second, cert: make.cert({ grant: second, header: { kid: shared.jti } }) }),
      ['BAD_MAGIC'],
    );
    make.add(
      '4',
      'the assertion of another application',
      make.step({ cert: make.cert({ grant: make.grant({ by: other }) }) }),
      ['BAD_MAGIC'],
    );
    make.add('4', "a key of the attacker's choice", make.step({ cert: make.cert({ key: random(32) }) }), ['BAD_MAGIC']);
    make.add('4', 'a key of zeros', make.step({ cert: make.cert({ key: Buffer.alloc(32) }) }), ['BAD_MAGIC']);
  },

  replay(make) {
    const { other } = make;
    const once = make.cert();
    make.add('4', 'the same request again', [make.step({ cert: once }), make.step({ cert: once })], ['REPLAYED']);
    make.add(
      '4',
      'the same request a third time',
      (() => {
        const cert = make.cert();
        return [
          make.step({ cert }),
          { ...make.step({ cert }), expect: 'refused', codes: ['REPLAYED'] },
          make.step({ cert }),
        ];
      })(),
      ['REPLAYED'],
    );
    make.add(
      '4',
      'again with other header names and order',
      (() => {
        const cert = make.cert();
        return [
          make.step({ cert }),
          make.step({ cert, headers: (fields) => fields.map(([n, v]) => [n.toLowerCase(), v]).reverse() }),
        ];
      })(),
      ['REPLAYED'],
    );
    make.add(
      '4',
      'again to another address',
      (() => {
        const cert = make.cert();
        return [make.step({ cert }), make.step({ cert, target: `${make.path}/other` })];
      })(),
      ['BAD_SIGNATURE'],
      { why: 'section 6: method and URI before replay' },
    );
    make.add(
      '4',
      'one IV for two texts',
      (() => {
        const iv = random(12);
        return [
          make.step({ cert: make.cert({ iv }) }),
          make.step({ cert: make.cert({ iv, claims: { sub: 'barney' } }) }),
        ];
      })(),
      ['REPLAYED'],
      { why: 'refuses a repeat, whatever else the claims say' },
    );
    make.add(
      '4',
      'one IV under two grants',
      (() => {
        const iv = random(12);
        const [a, b] = [make.grant(), make.grant()];
        return [
          make.step({ grant: a, cert: make.cert({ grant: a, iv }) }),
          make.step({ grant: b, cert: make.cert({ grant: b, iv }) }),
        ];
      })(),
      OK,
      { why: 'The provider remembers (iss, jti, IV, iat)' },
    );
    make.add('4', 'an IV of zeros', make.step({ cert: make.cert({ iv: Buffer.alloc(12) }) }), OK);
    make.add(
      '4',
      'a refused attempt before it',
      (() => {
        const cert = make.cert();
        return [
          { ...make.step({ cert, method: 'DELETE' }), expect: 'refused', codes: ['BAD_SIGNATURE'] },
          make.step({ cert }),
        ];
      })(),
      OK,
      { why: 'remembers ... after every check before it in section 6 has passed' },
    );
    make.add(
      '4',
      'again after wrong content',
      (() => {
        const cert = make.cert({ claims: { htm: 'POST', dig: digestOf(BODY) } });
        const step = (content) => make.step({ cert, method: 'POST', content });
        return [{ ...step(Buffer.from('x')), expect: 'refused', codes: ['BAD_DIGEST'] }, step(BODY)];
      })(),
      ['REPLAYED'],
      { why: 'section 6: replay before content' },
    );
    make.add(
      '4',
      'again with a changed tag',
      (() => {
        const cert = make.cert();
        return [make.step({ cert }), make.step({ cert: part(4, (t) => flip(t))(cert) })];
      })(),
      ['BAD_MAGIC'],
    );
    make.add(
      '4',
      'again without the user, as itself',
      (() => {
        const iv = random(12);
        return [
          make.step({ cert: make.cert({ iv }) }),
          make.step({ cert: make.cert({ iv, claims: { sub: undefined } }) }),
        ];
      })(),
      ['REPLAYED'],
      { needs: { allowSelf: true } },
    );

    const twice = (name, first, second, verdict, more) =>
      make.add(
        '3',
        name,
        [
          ...[first].flat().map((grant) => ({
            ...make.step({ grant: grant.grant ?? grant }),
            ...(grant.codes && { expect: 'refused', codes: grant.codes }),
          })),
          make.step({ grant: second }),
        ],
        verdict,
        more,
      );
    const kept = { why: 'A second, different grant with the (iss, jti) of one that this process keeps is refused' };
    const spelling = () => {
      const sessionKey = random(32);
      const jti = newJti();
      return { sessionKey, claims: { jti, cnf: { jwe: make.jwe({ sessionKey }) } } };
    };
    const jti = newJti();
    twice(
      'one jti, another session key',
      make.grant({ claims: { jti } }),
      make.grant({ claims: { jti } }),
      ['BAD_GRANT'],
      kept,
    );
    const signedTwice = spelling();
    twice('one grant, signed twice', make.grant(signedTwice), make.grant(signedTwice), ['BAD_GRANT'], kept);
    const reordered = spelling();
    twice(
      'one grant, members in another order',
      make.grant(reordered),
      make.grant({
        ...reordered,
        payload: (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())),
      }),
      ['BAD_GRANT'],
      kept,
    );
    const longer = spelling();
    twice(
      'one jti, a later exp',
      make.grant(longer),
      make.grant({ ...longer, claims: { ...longer.claims, exp: make.now + 1200 } }),
      ['BAD_GRANT'],
      kept,
    );
    const more = spelling();
    twice(
      'one grant, escaped otherwise',
      make.grant(more),
      make.grant({ ...more, payload: replace('"iss"', '"\\u0069ss"') }),
      ['BAD_GRANT'],
      kept,
    );
    const spared = make.grant();
    twice(
      'one grant, spare bits of its signature',
      spared,
      { ...spared, header: spareAnywhere(spared.header) },
      ['BAD_GRANT'],
      { why: 'base64url: canonical' },
    );
    const first = make.grant(spelling());
    twice(
      'the first grant after a second was refused',
      [first, { grant: make.grant({ claims: { jti: first.jti } }), codes: ['BAD_GRANT'] }],
      first,
      OK,
    );
    const forged = spelling();
    twice(
      'a jti that a forger used before',
      [{ grant: make.grant({ ...forged, key: keysOf(other, 'sig')[0] }), codes: ['BAD_GRANT'] }],
      make.grant(forged),
      OK,
      { why: 'of one that this process keeps: a bad signature is not kept' },
    );
    const broken = spelling();
    twice(
      'a jti whose wrapped key did not open before',
      [
        {
          grant: make.grant({
            ...broken,
            claims: { ...broken.claims, cnf: { jwe: make.jwe({ sessionKey: random(31) }) } },
          }),
          codes: ['BAD_GRANT'],
        },
      ],
      make.grant(broken),
      OK,
      { why: 'A verified grant is kept from its verification on' },
    );
    for (const [name, index, change] of [
      ['one bit of the signature', 2, (text) => flip(text)],
      ['a signature of its own', 2, () => random(256).toString('base64url')],
      ['a longer signature', 2, (text) => `${text}AAAA`],
      ['other claims', 1, (text) => raw.b64(Buffer.from(text, 'base64url').toString().replace('{', '{"x":1,'))],
      ['another header', 0, (text) => raw.b64(Buffer.from(text, 'base64url').toString().replace('{', '{"x":1,'))],
    ]) {
      const grant = make.grant();
      const changed = { ...grant, header: part(index, change)(grant.header) };
      twice(`a kept grant with ${name}`, grant, changed, ['BAD_GRANT'], {
        why: 'kept under (application id, whole header value)',
      });
    }
    const taken = make.grant();
    make.add(
      '3',
      'a kept grant under the ID of another',
      [make.step({ grant: taken }), make.step({ grant: taken, id: other.id })],
      ['BAD_GRANT'],
      {
        why: 'on every use the ID header equals iss',
      },
    );
    const again = make.grant();
    twice('one grant, used twice', again, again, OK);
    twice('two grants of one application at once', make.grant(), make.grant(), OK, {
      why: 'A consumer process makes its own grant',
    });
  },
};
