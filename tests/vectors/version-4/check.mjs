// The vectors against the jose peer; scenarios with conditions that its provider does not have are left out. An example of
// how to use the files against an implementation. 1 where a verdict differs.
import fs from 'node:fs';
import { readCertificate } from '../../Interop/jose/certificate.mjs';
import { keysOf } from '../../Interop/jose/keys.mjs';
import { judgeProof } from '../../Interop/jose/proof.mjs';
import { Provider } from '../../Interop/jose/provider.mjs';

const at = (path) => new URL(path, import.meta.url);
const read = (path) => JSON.parse(fs.readFileSync(at(path)));
const all = (folder) =>
  fs
    .readdirSync(at(folder))
    .sort()
    .map((file) => read(`${folder}/${file}`));
const resolve = (value) =>
  typeof value === 'string' && value[0] === '@' ? read(`keys/${value.slice(1)}.json`) : value;

/** What the peer's provider does not know: older versions, addresses, URL patterns, patterns of users, retired keys. */
const isKnown = ({ provider, trust, request }) =>
  provider.keys === '@tracker.keys' &&
  !request.headers.some(([name, value]) => name.endsWith('-Version') && ['1', '2', '3'].includes(value)) &&
  trust.every(
    ({ versions, addresses, urls, allowUsers = [] }) =>
      `${versions} ${addresses} ${urls}` === '4 * *' && !allowUsers.some((user) => user.includes('*')),
  );

async function trustOf({ certificate, timeoutMs, ...conditions }, seconds) {
  const trust = await readCertificate(resolve(certificate), seconds);
  if (trust.problems.length) throw new Error(trust.problems.join('; '));
  return { ...trust, ...conditions, timeout: timeoutMs / 1000 };
}

/** The provider of a scenario, as a case finds it: one that remembers, with the trusts of this case. */
async function providerFor({ provider, trust, users, deniedUsers, now }, known, before) {
  const seconds = Math.floor(now / 1000);
  const one = known ?? new Provider({ ...provider, keys: keysOf({ keys: resolve(provider.keys).keys }), trusts: [] });
  Object.assign(one, { users, deniedUsers, baseUrls: provider.baseUrls });
  const ids = [...new Set([...trust, ...(before?.trust ?? [])].map(({ id }) => id))];
  for (const id of ids) {
    const [now, then] = [trust, before?.trust ?? []].map((list) => list.find((given) => given.id === id));
    if (JSON.stringify(now) !== JSON.stringify(then)) one.change(id, now && (await trustOf(now, seconds)));
  }
  return one;
}

const contentOf = ({ bodyBase64, bodyRepeat }) =>
  bodyRepeat ? Buffer.alloc(bodyRepeat.times, bodyRepeat.text) : bodyBase64 && Buffer.from(bodyBase64, 'base64');
const isAs = ({ outcome, user, codes }, given) =>
  outcome === 'accepted'
    ? given.accepted && given.user === user
    : !given.accepted && (outcome === 'none' ? given.none === true : codes.includes(given.code));

const counts = { agree: 0, differ: 0, 'left out': 0 };
for (const { cases } of all('requests')) {
  if (!cases.every(isKnown)) {
    counts['left out']++;
    continue;
  }
  let provider;
  let before;
  let agrees = true;
  for (const one of cases) {
    provider = await providerFor(one, provider, before);
    before = one;
    const { id: name, now, request, expect } = one;
    const given = await provider.open({ ...request, content: contentOf(request) }, Math.floor(now / 1000));
    if (isAs(expect, given)) continue;
    agrees = false;
    console.log(name, JSON.stringify(expect), given.code, given.why);
  }
  counts[agrees ? 'agree' : 'differ']++;
}
for (const { id, now, document, expect } of all('certificates')) {
  const { problems, id: iss, name } = await readCertificate(document, now);
  const agrees =
    expect.outcome === 'accepted' ? !problems.length && iss === expect.id && name === expect.name : problems.length > 0;
  if (!agrees) console.log(id, JSON.stringify(expect), problems);
  counts[agrees ? 'agree' : 'differ']++;
}
for (const line of fs.readFileSync(at('proofs.jsonl'), 'utf8').trimEnd().split('\n')) {
  const one = JSON.parse(line);
  const { claims, problem } = judgeProof({ ...one, grant: resolve(one.grant), request: resolve(one.request) });
  const agrees = one.expect === 'good' ? JSON.stringify(claims) === JSON.stringify(one.claims) : problem !== undefined;
  if (!agrees) console.log(one.id, one.expect, problem);
  counts[agrees ? 'agree' : 'differ']++;
}
console.log(JSON.stringify(counts));
process.exitCode = counts.differ ? 1 : 0;
