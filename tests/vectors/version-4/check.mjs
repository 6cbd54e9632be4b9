// The vectors against the jose peer, whose provider knows no conditions of a trust beyond its own: scenarios that need
// others are left out. An example of how to use the files against an implementation. 1 where a verdict differs.
import fs from 'node:fs';
import { keysOf, readCertificate } from '../../Interop/jose/version4.mjs';
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

/** What of a case the peer's provider is made of: a scenario in which this changes is left out. */
const settingsOf = ({ provider, trust }) => ({ provider, trust });
const isOlder = ({ headers }) =>
  headers.some(
    ([name, value]) => name.endsWith('-Version') && value === '3' && !headers.some(([other]) => other.endsWith('-Key')),
  );
const isPlain = ({ trust, users, deniedUsers, request, expect }) =>
  !isOlder(request) &&
  trust.every(
    ({ versions, addresses, urls, methods, allowUsers, denyUsers }) =>
      `${versions} ${addresses} ${urls}` === '4 * *' && !methods && !allowUsers && !denyUsers,
  ) &&
  deniedUsers.length === 0 &&
  !expect.codes?.includes('USER_UNKNOWN') &&
  users.length > 0;

async function providerOf({ provider, trust }, seconds) {
  const trusts = await Promise.all(trust.map(({ certificate }) => readCertificate(resolve(certificate), seconds)));
  const problems = trusts.flatMap((one) => one.problems);
  if (problems.length) throw new Error(problems.join('; '));
  const [{ timeoutMs, allowSelf, allowUnboundContent }] = trust;
  const keys = keysOf({ keys: resolve(provider.keys).keys });
  return new Provider({ ...provider, keys, trusts, timeout: timeoutMs / 1000, allowSelf, allowUnboundContent });
}

const contentOf = ({ bodyBase64, bodyRepeat }) =>
  bodyRepeat ? Buffer.alloc(bodyRepeat.times, bodyRepeat.text) : bodyBase64 && Buffer.from(bodyBase64, 'base64');
const isAs = ({ outcome, user, codes }, given) =>
  outcome === 'accepted'
    ? given.accepted && given.user === user
    : !given.accepted && (outcome === 'none' ? given.none === true : codes.includes(given.code));

const counts = { agree: 0, differ: 0, 'left out': 0 };
for (const { cases } of all('requests')) {
  const settings = new Set(cases.map((one) => JSON.stringify(settingsOf(one))));
  if (settings.size > 1 || !cases.every(isPlain) || cases[0].provider.keys !== '@tracker.keys') {
    counts['left out']++;
    continue;
  }
  const provider = await providerOf(cases[0], cases[0].now / 1000);
  let agrees = true;
  for (const { id: name, now, request, expect } of cases) {
    const given = await provider.open({ ...request, content: contentOf(request) }, Math.floor(now / 1000));
    if (isAs(expect, given)) continue;
    agrees = false;
    console.log(name, JSON.stringify(expect), JSON.stringify(given));
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
console.log(JSON.stringify(counts));
process.exitCode = counts.differ ? 1 : 0;
