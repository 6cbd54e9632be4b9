// Requests that a provider of version 4 must judge, each with the verdict the specification asks for.
// `why` is the sentence it rests on; `codes` holds more than one only where the text leaves it open.
import { Maker } from './maker.mjs';
import { assertions } from './variants-assertions.mjs';
import { grants } from './variants-grants.mjs';
import { requests } from './variants-requests.mjs';

/** {application, other, stranger, provider, base, method, uri, now, groups?} -> a list of variants. */
export async function variants(question) {
  const make = await Maker.create(question);
  for (const [name, group] of Object.entries({ ...requests, ...grants, ...assertions })) {
    if (question.groups && !question.groups.includes(name)) continue;
    make.group = name;
    await group(make);
  }
  return make.list;
}
