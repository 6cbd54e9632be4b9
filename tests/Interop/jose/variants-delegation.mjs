// What the consumer passes on, and how far it narrows itself: act and scope, section 4.
import { OK, append, random, replace } from './maker.mjs';

const MALFORMED = ['SYSTEM'];
const DENIED = ['PERMISSION_DENIED'];
const anybody = { needs: { allowDelegation: true, delegatedFrom: 'anybody' } };

/** A chain of ids as the claim has it. */
export const chain = (...ids) => ids.reduceRight((act, sub) => (act ? { sub, act } : { sub }), null);

export const delegations = {
  act(make) {
    const own = make.application.id;
    const act = (name, value, verdict, more = {}) => make.tryCert(name, { claims: { act: value } }, verdict, more);

    act('one asker', chain(own, 'desk:1'), OK, anybody);
    act('two askers', chain(own, 'desk:1', 'mail:2'), OK, anybody);
    act('three askers', chain(own, 'desk:1', 'mail:2', 'phone:3'), OK, {
      ...anybody,
      why: 'one to three of them below the own one',
    });
    act('an id of every kind of character', chain(own, 'A-Z_a.z:09'), OK, anybody);
    act('an id of 128 characters', chain(own, 'a'.repeat(128)), OK, anybody);
    act('an id in another case than the own one', chain(own, own.toUpperCase()), OK, {
      ...anybody,
      why: 'compared byte for byte',
    });
    act('the provider as asker', chain(own, make.provider.id), OK, { ...anybody, why: 'each sub an id' });
    make.tryCert(
      'members in another order',
      { payload: append(`"act":{"act":{"sub":"desk:1"},"sub":"${own}"}`) },
      OK,
      anybody,
    );
    make.tryCert(
      'escaped characters',
      { payload: append(`"\\u0061ct":{"s\\u0075b":"${own}","act":{"sub":"\\u0064esk:1"}}`) },
      OK,
      anybody,
    );

    const listed = {
      needs: { allowDelegation: true, delegatedFrom: 'listed' },
      why: 'then every id below the own one must be among them',
    };
    act('an asker who is listed', chain(own, 'desk:1'), OK, listed);
    act('two askers who are listed', chain(own, 'mail:2', 'desk:1'), OK, listed);
    act('an asker who is not listed', chain(own, 'phone:3'), DENIED, listed);
    act('the nearest asker not listed', chain(own, 'phone:3', 'desk:1'), DENIED, listed);
    act('the farthest asker not listed', chain(own, 'desk:1', 'phone:3'), DENIED, listed);
    act('a listed id in another case', chain(own, 'Desk:1'), DENIED, listed);
    make.tryCert('no act, where some are listed', {}, OK, listed);
    const nobody = { needs: { allowDelegation: true, delegatedFrom: 'nobody' }, why: 'an empty list: nobody' };
    act('an asker, where nobody is listed', chain(own, 'desk:1'), DENIED, nobody);
    make.tryCert('no act, where nobody is listed', {}, OK, nobody);
    const closed = { needs: { allowDelegation: false }, why: 'a trust must allow delegation' };
    act('an asker, where delegation is not allowed', chain(own, 'desk:1'), DENIED, closed);
    make.tryCert('no act, where delegation is not allowed', {}, OK, closed);

    const why = 'act: anything else is malformed';
    for (const [name, value] of Object.entries({
      'the own id alone': chain(own),
      'another id first': chain('desk:1', own),
      'the own id left out': chain('desk:1'),
      'the own id in another case': chain(own.toUpperCase(), 'desk:1'),
      'four askers': chain(own, 'a:1', 'b:2', 'c:3', 'd:4'),
      'five askers': chain(own, 'a:1', 'b:2', 'c:3', 'd:4', 'e:5'),
      'the own id twice': chain(own, own),
      'the own id again at the end': chain(own, 'desk:1', own),
      'an asker twice': chain(own, 'desk:1', 'desk:1'),
      'an asker twice, apart': chain(own, 'desk:1', 'mail:2', 'desk:1'),
      'an empty id': chain(own, ''),
      'an id of 129 characters': chain(own, 'a'.repeat(129)),
      'an id with a space': chain(own, 'desk 1'),
      'an id with a slash': chain(own, 'desk/1'),
      'an id not ASCII': chain(own, 'd\u00e9sk'),
      'an id null': chain(own, null),
      'an id a number': chain(own, 1),
      'an id a list': chain(own, ['desk:1']),
      'without sub': { act: { sub: 'desk:1' } },
      'without sub within': { sub: own, act: {} },
      'a member more': { sub: own, act: { sub: 'desk:1' }, iss: own },
      'a member more within': { sub: own, act: { sub: 'desk:1', iat: 1 } },
      'a member more at the end': {
        sub: own,
        act: { sub: 'desk:1', act: { sub: 'mail:2', act: { sub: 'phone:3', x: 'y' } } },
      },
      'act null within': { sub: own, act: null },
      'act a string within': { sub: own, act: 'desk:1' },
      'act a list within': { sub: own, act: [{ sub: 'desk:1' }] },
      'an empty object': {},
      'a string': own,
      'a list': [{ sub: own, act: { sub: 'desk:1' } }],
      null: null,
      true: true,
    }))
      act(name, value, MALFORMED, { why });
    make.tryCert(
      'without the sub of the assertion',
      { claims: { sub: undefined, act: chain(own, 'desk:1') } },
      MALFORMED,
      {
        why: "act without the assertion's own sub is malformed",
      },
    );
    make.tryCert(
      'twice',
      { payload: append(`"act":{"sub":"${own}","act":{"sub":"a:1"}},"act":{"sub":"${own}","act":{"sub":"b:2"}}`) },
      MALFORMED,
    );
    make.tryCert(
      'sub twice within',
      { payload: append(`"act":{"sub":"${own}","act":{"sub":"a:1","sub":"b:2"}}`) },
      MALFORMED,
    );
    make.tryCert(
      'sub twice within, once escaped',
      { payload: append(`"act":{"sub":"${own}","act":{"sub":"a:1","\\u0073ub":"b:2"}}`) },
      MALFORMED,
    );
    const theirs = make.grant({ by: make.other });
    make.add(
      '4',
      'another application with the id of this one first',
      make.step({ grant: theirs, cert: make.cert({ grant: theirs, claims: { act: chain(own, make.other.id) } }) }),
      MALFORMED,
      { why: "the outermost sub equals the grant's iss" },
    );
    make.add(
      '4',
      'another application with this one as asker',
      make.step({ grant: theirs, cert: make.cert({ grant: theirs, claims: { act: chain(make.other.id, own) } }) }),
      OK,
      anybody,
    );

    const order = { why: 'section 6: the first failure decides the code' };
    make.add(
      '6',
      'not allowed, to another address',
      make.step({ cert: make.cert({ claims: { act: chain(own, 'desk:1') } }), target: `${make.path}/other` }),
      ['BAD_SIGNATURE'],
      order,
    );
    make.tryCert('malformed, and too old', { claims: { iat: 0, act: chain(own) } }, MALFORMED, order);
    make.tryCert('not allowed, and too old', { claims: { iat: 0, act: chain(own, 'desk:1') } }, ['OLD_CERT'], order);
    const iv = random(12);
    make.add(
      '6',
      'not allowed, and seen before',
      [
        make.step({ cert: make.cert({ iv }) }),
        make.step({ cert: make.cert({ iv, claims: { act: chain(own, 'desk:1') } }) }),
      ],
      DENIED,
      { needs: { allowDelegation: false }, why: 'section 6: delegation and scopes before replay' },
    );
    const retried = make.cert({ iv: random(12), claims: { act: chain(own, 'desk:1') } });
    make.add(
      '6',
      'not allowed, and again',
      [{ ...make.step({ cert: retried }), expect: 'refused', codes: DENIED }, make.step({ cert: retried })],
      DENIED,
      {
        needs: { allowDelegation: false },
        why: 'section 6: delegation and scopes before replay: nothing was remembered',
      },
    );
  },

  scope(make) {
    const scope = (name, value, verdict, more = {}) => make.tryCert(name, { claims: { scope: value } }, verdict, more);
    const some = {
      needs: { scopes: 'some' },
      why: "A request's must be among them, and one that names none has all of them",
    };
    const none = {
      needs: { scopes: 'none' },
      why: 'Where the trust lists none, a request that names any is refused (PERMISSION_DENIED)',
    };

    scope('one that is listed', 'issues.read', OK, some);
    scope('two that are listed', 'issues.read issues.write', OK, some);
    scope('in another order', 'issues.write issues.read', OK, some);
    scope('one of one character', '!', OK, { ...some, why: 'each 1 to 64 of !#-[]-~' });
    scope('one that is not listed', 'issues.delete', DENIED, some);
    scope('one that is listed and one that is not', 'issues.read issues.delete', DENIED, some);
    scope('one in another case', 'Issues.Read', DENIED, some);
    scope('the start of one', 'issues', DENIED, some);
    scope('one and more', 'issues.readx', DENIED, some);
    scope('one of 64 characters', 'x'.repeat(64), DENIED, some);
    scope(
      'every character',
      `!${String.fromCharCode(...Array.from({ length: 0x5b - 0x23 + 1 }, (_, at) => 0x23 + at))}`,
      DENIED,
      some,
    );
    scope('brackets and braces', ']^_`{|}~', DENIED, some);
    scope('sixteen', Array.from({ length: 16 }, (_, at) => `s${at}`).join(' '), DENIED, some);
    make.tryCert('none, where some are listed', {}, OK, some);
    scope('one, where none is listed', 'issues.read', DENIED, none);
    make.tryCert('none, where none is listed', {}, OK, none);

    for (const [name, value] of Object.entries({
      empty: '',
      'a space': ' ',
      'two spaces between': 'issues.read  issues.write',
      'a space before': ' issues.read',
      'a space after': 'issues.read ',
      'a tab between': 'issues.read\tissues.write',
      'one twice': 'issues.read issues.read',
      'one twice, apart': 'issues.read issues.write issues.read',
      'of 65 characters': 'x'.repeat(65),
      seventeen: Array.from({ length: 17 }, (_, at) => `s${at}`).join(' '),
      'a quotation mark': 'a"b',
      'a backslash': 'a\\b',
      'a control character': 'a\u0001',
      DEL: 'a\u007f',
      'not ASCII': 'iss\u00fces',
      'a line feed': 'issues.read\n',
      'a list': ['issues.read'],
      'a number': 1,
      null: null,
      true: true,
      'an object': { 'issues.read': true },
    }))
      scope(name, value, MALFORMED, { why: 'scope: anything else is malformed' });
    make.tryCert('twice', { payload: append('"scope":"issues.read","scope":"issues.read"') }, MALFORMED);
    make.tryCert(
      'twice, once escaped',
      { payload: append('"scope":"issues.read","\\u0073cope":"issues.write"') },
      MALFORMED,
    );
    make.tryCert(
      'SCOPE instead of scope',
      { claims: { scope: 'issues.read' }, payload: replace('"scope"', '"SCOPE"') },
      MALFORMED,
      {
        why: 'A payload member that this text does not name is refused',
      },
    );
    make.tryCert(
      'as itself',
      { claims: { sub: undefined, scope: 'issues.read' } },
      { user: null },
      { needs: { allowSelf: true, scopes: 'some' } },
    );
    make.tryCert('with act', { claims: { scope: 'issues.read', act: chain(make.application.id, 'desk:1') } }, OK, {
      needs: { ...anybody.needs, scopes: 'some' },
    });
    const iv = random(12);
    make.add(
      '6',
      'not allowed, and seen before',
      [make.step({ cert: make.cert({ iv }) }), make.step({ cert: make.cert({ iv, claims: { scope: 'other' } }) })],
      DENIED,
      { why: 'section 6: delegation and scopes before replay' },
    );
    make.add(
      '6',
      'not allowed, to another address',
      make.step({ cert: make.cert({ claims: { scope: 'other' } }), target: `${make.path}/other` }),
      ['BAD_SIGNATURE'],
      {
        why: 'section 6: method, URI and bound headers before delegation and scopes',
      },
    );
  },
};
