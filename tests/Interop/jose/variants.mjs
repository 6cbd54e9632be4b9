// Requests that a provider of version 4 must judge, each with the verdict the specification asks for.
// `why` is the sentence it rests on; `codes` holds more than one only where the text leaves it open.
import { Maker } from './maker.mjs';
import { assertions } from './variants-assertions.mjs';
import { conformings } from './variants-conforming.mjs';
import { contents } from './variants-content.mjs';
import { delegations } from './variants-delegation.mjs';
import { grants } from './variants-grants.mjs';
import { shapes } from './variants-headers.mjs';
import { bound } from './variants-bound.mjs';
import { memories } from './variants-memory.mjs';
import { named } from './variants-named.mjs';
import { requests } from './variants-requests.mjs';

/**
 * How the provider under test is set, one way each: the conditions of its trusts, which `needs` of a variant names.
 * All of them require that Idempotency-Key and If-Match are bound.
 */
const open = {
  allowSelf: true,
  allowUnboundContent: true,
  allowDelegation: true,
  delegatedFrom: null, // left out: anybody
  scopes: ['issues.read', 'issues.write', '!'],
};
export const SETTINGS = {
  open,
  closed: { allowSelf: false, allowUnboundContent: false, allowDelegation: false, delegatedFrom: null, scopes: [] },
  listed: { ...open, delegatedFrom: ['desk:1', 'mail:2'] },
  nobody: { ...open, delegatedFrom: [] },
};
export const REQUIRED_HEADERS = ['Idempotency-Key', 'If-Match'];

/** What `needs` says of the lists: of delegatedFrom anybody, listed or nobody; of scopes some or none. */
const wordsOf = ({ delegatedFrom, scopes, ...flags }) => ({
  ...flags,
  delegatedFrom: delegatedFrom === null ? 'anybody' : delegatedFrom.length ? 'listed' : 'nobody',
  scopes: scopes.length ? 'some' : 'none',
});

/** Whether a variant counts under these settings: `open` takes all that it meets, the others what needs them. */
export function counts({ needs: { fixedClock, ...needs } = {} }, name) {
  const words = wordsOf(SETTINGS[name]);
  const meets = (given) => Object.entries(needs).every(([key, value]) => given[key] === value);
  return name === 'open' ? meets(words) : meets(words) && !meets(wordsOf(open));
}

/** {application, other, stranger, provider, base, method, uri, now, groups?, settings?} -> a list of variants. */
export async function variants(question) {
  const make = await Maker.create(question);
  const groups = {
    ...requests,
    ...contents,
    ...memories,
    ...named,
    ...shapes,
    ...conformings,
    ...grants,
    ...assertions,
    ...delegations,
    ...bound,
  };
  for (const [name, group] of Object.entries(groups)) {
    if (question.groups && !question.groups.includes(name)) continue;
    make.group = name;
    await group(make);
  }
  return question.settings ? make.list.filter((one) => counts(one, question.settings)) : make.list;
}
