// Writes the vectors of version 4, once: keys that are there stay, but signatures and nonces are new with each run.
//   (cd ../../Interop/jose && npm ci --no-audit --no-fund) && node generate.mjs
// It stands on the jose peer, so the vectors owe nothing to the library that they test.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { certificate } from '../../Interop/jose/certificate.mjs';
import { generateKey, keysOf, newApplication } from '../../Interop/jose/keys.mjs';
import { Maker } from '../../Interop/jose/maker.mjs';
import { certificates } from '../../Interop/jose/variants-certificates.mjs';
import { proofs } from '../../Interop/jose/variants-proofs.mjs';
import { REQUIRED_HEADERS, SETTINGS, variants } from '../../Interop/jose/variants.mjs';
import { chosen } from './chosen-certificates.mjs';
import { own } from './own.mjs';
import { picked } from './scenarios.mjs';

const NOW = 1795000000; // 2026-11-18T09:46:40Z
const BASE = 'https://tracker.example/app';
const URI = '/app/rest/api/issues?q=open';
const WARNING = 'TEST KEY, published with its private part: never use it for anything';

const at = (path) => new URL(path, import.meta.url);
/** Lists of texts, and lists of these, on one line each: a header a line. */
const pretty = (value) =>
  JSON.stringify(value, null, 2).replace(
    /\[\n\s*("[^\n]*"(?:,\n\s*"[^\n]*")*)\n\s*\]/g,
    (_, items) => `[${items.replace(/,\n\s*/g, ', ')}]`,
  );
const write = (path, value) => fs.writeFileSync(at(path), `${pretty(value)}\n`);
const read = (path) => JSON.parse(fs.readFileSync(at(path)));
const once = async (path, make) => {
  if (!fs.existsSync(at(path))) write(path, await make());
  return read(path);
};
const slug = (text) =>
  text
    .replaceAll("'", '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();

// ---- keys

for (const folder of ['keys', 'requests', 'certificates']) {
  if (folder !== 'keys') fs.rmSync(at(folder), { recursive: true, force: true });
  fs.mkdirSync(at(folder), { recursive: true });
}

const applicationOf = (name, id, signing = 1) =>
  once(`keys/${name}.keys.json`, async () => ({
    warning: WARNING,
    ...(await newApplication({ id, name, bits: 2048, signing })),
  }));
const [wiki, blog, stranger] = [
  await applicationOf('wiki', 'wiki:8731', 2),
  await applicationOf('blog', 'blog:1'),
  await applicationOf('stranger', 'stranger:1'),
];

// Key rings as 'trusted-apps keys new' writes them, so that the tool reads them as they are.
const fresh = async (use) => ({ ...(await generateKey(use, 2048)), status: 'current' });
const tracker = await once('keys/tracker.keys.json', async () => ({
  warning: WARNING,
  id: 'tracker:42',
  changedAt: NOW - 86400,
  keys: [await fresh('sig'), await fresh('enc')],
}));
await once('keys/tracker-rotated.keys.json', async () => ({
  ...tracker,
  changedAt: NOW,
  keys: [
    await fresh('sig'),
    ...tracker.keys.filter(({ use }) => use === 'sig').map(retire),
    await fresh('enc'),
    ...tracker.keys.filter(({ use }) => use === 'enc').map(retire),
  ],
}));
function retire(key) {
  return { ...key, status: 'retired', retiredAt: NOW };
}

const signed = (name, application) =>
  once(`keys/${name}.certificate.json`, () => certificate(application, { iat: NOW - 3600 }));
const [signer, ...others] = keysOf(wiki);
await signed('wiki', wiki);
await signed('wiki-first', { ...wiki, keys: [signer, ...others.filter(({ use }) => use === 'enc')] });
await signed('wiki-renamed', { ...wiki, name: '<script>alert(1)</script>' });
await signed('blog', blog);
await signed('stranger', stranger);
const provider = await signed('tracker', { ...tracker, name: 'Tracker' });
const legacy = await once('keys/wiki-legacy.keys.json', () => {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const base64 = (key, type) => key.export({ format: 'der', type }).toString('base64');
  return { warning: WARNING, privateKey: base64(privateKey, 'pkcs8'), publicKey: base64(publicKey, 'spki') };
});

// ---- requests

const trustOf = ({ id }, name, more = {}) => ({
  id,
  versions: ['4'],
  timeoutMs: 60000,
  addresses: ['*'],
  urls: ['*'],
  certificate: `@${name}.certificate`,
  ...more,
});

/** Conditions that the other application has as well. */
const isPlain = (trust) =>
  Object.keys(trust ?? {}).every((name) => /^(allow(Self|UnboundContent|Delegation)|delegatedFrom|scopes)$/.test(name));

/** One case as `trusted-apps verify` reads it, with references for what README.md says. */
function caseOf(id, step, { trust = {}, provider: change = {}, after = 0, users, deniedUsers = [], expect }) {
  const content = step.content === undefined ? undefined : Buffer.from(step.content, 'base64');
  const isLong = content?.length > 100_000 && content.every((octet) => octet === content[0]);
  return {
    id,
    sequence: id.split('/')[0],
    now: (NOW + after) * 1000,
    provider: { id: 'tracker:42', keys: '@tracker.keys', baseUrls: [BASE], ...change },
    trust: [
      ...(trust === null ? [] : [trustOf(wiki, 'wiki', trust)]),
      trustOf(blog, 'blog', isPlain(trust) ? trust : {}),
    ],
    users,
    deniedUsers,
    request: {
      method: step.method,
      scheme: 'https',
      host: 'tracker.example',
      pathBase: '/app',
      target: step.target.replace('{authority}', 'tracker.example'),
      remoteAddress: '10.0.0.1',
      headers: step.headers,
      ...(content &&
        (isLong
          ? { bodyRepeat: { text: String.fromCharCode(content[0]), times: content.length } }
          : { bodyBase64: step.content })),
    },
    expect,
  };
}

const index = [];
function scenario(id, section, rule, title, cases) {
  if (index.some((known) => known.id === id)) throw new Error(`twice: ${id}`);
  const { expect } = cases.at(-1);
  index.push({ id, section, title, expect });
  write(`requests/${id}.json`, { id, section, rule, title, expect, cases });
}

/** The conditions that `needs` of a variant asks for; what it does not name is left out. */
function conditionsOf({ fixedClock, delegatedFrom, scopes, ...flags } = {}) {
  return {
    ...flags,
    ...(['listed', 'nobody'].includes(delegatedFrom) && { delegatedFrom: SETTINGS[delegatedFrom].delegatedFrom }),
    ...(scopes && { scopes: scopes === 'some' ? SETTINGS.open.scopes : [] }),
  };
}

const question = { application: wiki, other: blog, stranger, provider, base: BASE, uri: URI, now: NOW };
const known = new Map((await variants(question)).map((variant) => [variant.name, variant]));
for (const [section, rule, group, names] of picked)
  for (const name of names) {
    const variant = known.get(`${group}: ${name}`);
    if (!variant) throw new Error(`no variant ${group}: ${name}`);
    const id = `${group}-${slug(name)}`;
    const more = group === 'hdr' ? { provider: { requiredHeaders: REQUIRED_HEADERS } } : {};
    const users = [...new Set([...(variant.user ? [variant.user] : []), 'fred', 'barney'])];
    const expectOf = (step, isLast) => {
      const { expect = 'accepted', codes, user = 'fred' } = isLast ? variant : { user: 'fred', ...step };
      return expect === 'accepted'
        ? { outcome: expect, user }
        : expect === 'refused'
          ? { outcome: expect, codes }
          : { outcome: expect };
    };
    const cases = variant.steps.map((step, k) =>
      caseOf(`${id}/${k + 1}`, step, {
        ...more,
        trust: conditionsOf(variant.needs),
        users,
        expect: expectOf(step, k === variant.steps.length - 1),
      }),
    );
    scenario(id, section, rule, name, cases);
  }

const make = await Maker.create(question);
const legacyKey = crypto.createPrivateKey({
  key: Buffer.from(legacy.privateKey, 'base64'),
  format: 'der',
  type: 'pkcs8',
});
for (const { section, rule, title, group, steps } of own({ make, legacyKey, publicKey: legacy.publicKey })) {
  const id = `${group}-${slug(title)}`;
  scenario(
    id,
    section,
    rule,
    title,
    steps.map((step, k) =>
      caseOf(`${id}/${k + 1}`, step, { ...step, after: step.at, users: step.users ?? ['fred', 'barney'] }),
    ),
  );
}

// ---- certificates

const documents = new Map(
  (await certificates({ application: wiki, stranger, now: NOW })).map((one) => [one.name, one]),
);
const certificateIndex = [];
for (const [rule, names] of chosen)
  for (const name of names) {
    const one = documents.get(name);
    if (!one) throw new Error(`no certificate ${name}`);
    const id = slug(name);
    if (certificateIndex.some((known) => known.id === id)) throw new Error(`twice: ${id}`);
    const payload =
      one.expect === 'accepted' ? JSON.parse(Buffer.from(JSON.parse(one.document).payload, 'base64url')) : null;
    const expect = payload ? { outcome: 'accepted', id: payload.iss, name: payload.name } : { outcome: 'refused' };
    certificateIndex.push({ id, section: '2', title: name, expect });
    write(`certificates/${id}.json`, {
      id,
      section: rule[0],
      rule: rule[1],
      title: name,
      expect,
      now: NOW,
      document: one.document,
    });
    certificateIndex.at(-1).section = rule[0];
  }

// ---- proofs, one a line; grant and request are the same in all of them

const responses = (await proofs(question)).filter(({ content }) => content.length < 1000);
write('keys/proofs.grant.json', {
  warning: 'TEST KEY of a grant, published: never use it for anything',
  ...responses[0].grant,
});
write('keys/proofs.headers.json', responses[0].request);
fs.writeFileSync(
  at('proofs.jsonl'),
  responses
    .map(({ name, section, why: rule, ...rest }) =>
      JSON.stringify({
        id: slug(name),
        section,
        rule,
        title: name,
        ...rest,
        grant: '@proofs.grant',
        request: '@proofs.headers',
      }),
    )
    .map((line) => `${line}\n`)
    .join(''),
);

// ---- the tables of README.md, between its two marks

const say = ({ outcome, codes, user, name }) =>
  codes
    ? codes.join(' or ')
    : outcome === 'accepted'
      ? `accepted${name !== undefined ? '' : user === null ? ', as itself' : `, ${user.length > 20 ? `${user.slice(0, 3)}…` : user}`}`
      : outcome;
const table = (rows) =>
  rows
    .sort((a, b) => a.section - b.section || (a.id < b.id ? -1 : 1))
    .map((row) => `| [${row.id}](${row.folder}/${row.id}.json) | ${row.section} | ${say(row.expect)} |`);
const head = ['| scenario | section | expected |', '|---|---|---|'];
const text = fs.readFileSync(at('README.md'), 'utf8');
const [before] = text.split('## Requests\n');
fs.writeFileSync(
  at('README.md'),
  [
    `${before}## Requests`,
    '',
    ...head,
    ...table(index.map((row) => ({ ...row, folder: 'requests' }))),
    '',
    '## Certificates',
    '',
    ...head,
    ...table(certificateIndex.map((row) => ({ ...row, folder: 'certificates' }))),
    '',
  ].join('\n'),
);
console.log(`${index.length} requests, ${certificateIndex.length} certificates, ${responses.length} proofs`);
