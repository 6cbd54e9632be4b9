using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

public sealed class ProxyFieldTests
{
    private const string Alphanumeric = "abcXYZ019";
    private const string Other = "-_.!#$%&'*+^`|~ /:;(\u00e9\u212a\u0131\u017f\uff21\ud83d";

    private static readonly Gen<string> _names = TextOf(Alphanumeric + "-_.!#$%&'*+^`|~", 1, 12);

    [Property]
    public Property Every_spelling_is_found() => Prop.ForAll(
        (from name in _names
         from keys in Gen.ArrayOf(Gen.Choose(0, 1000), name.Length)
         select (name, spelling: string.Concat(name.Zip(keys, Respell)))).ToArbitrary(),
        pair => new ProxyHeader(pair.name).IsSpelledAs(pair.spelling) && new ProxyHeader(pair.spelling).IsSpelledAs(pair.name));

    [Property(MaxTest = 2000)]
    public Property Nothing_else_is_found() => Prop.ForAll(
        (from name in _names
         from place in Gen.Choose(0, 1000)
         from character in Gen.Elements((Alphanumeric + Other).ToCharArray())
         from kind in Gen.Choose(0, 3)
         select (name, other: Change(name, place % name.Length, character, kind))).ToArbitrary(),
        pair => new ProxyHeader(pair.name).IsSpelledAs(pair.other) == IsSpelling(pair.name, pair.other));

    [Property(MaxTest = 1000)]
    public Property Exact_is_exact_but_for_case() => Prop.ForAll(
        (from name in _names
         from other in Gen.OneOf(_names, Gen.Constant(name.ToUpperInvariant()), Gen.Constant(name.Replace('-', '_')), TextOf(Alphanumeric + Other, 0, 3))
         select (name, other)).ToArbitrary(),
        pair => new ProxyHeader(pair.name).IsExactly(pair.other) == pair.name.Equals(pair.other, StringComparison.OrdinalIgnoreCase)
            && (!new ProxyHeader(pair.name).IsExactly(pair.other) || new ProxyHeader(pair.name).IsSpelledAs(pair.other)));

    [Theory]
    [InlineData("x-user", true, true)]
    [InlineData("X_User", false, true)]
    [InlineData("X.USER", false, true)]
    [InlineData("X!User", false, true)]
    [InlineData("XUser", false, false)]
    [InlineData("X--User", false, false)]
    [InlineData("X-User-", false, false)]
    [InlineData("X-Usér", false, false)]
    [InlineData("", false, false)]
    public void As_seen_from_X_User(string other, bool isExact, bool isSpelling)
    {
        var field = new ProxyHeader("X-User");
        Assert.Equal((isExact, isSpelling), (field.IsExactly(other), field.IsSpelledAs(other)));
    }

    internal static Gen<string> TextOf(string characters, int atLeast, int atMost) =>
        from length in Gen.Choose(atLeast, atMost)
        from text in Gen.ArrayOf(Gen.Elements(characters.ToCharArray()), length)
        select new string(text);

    // Written another way than the code.
    private static bool IsSpelling(string name, string other) => name.Length == other.Length && name.Zip(other).All(pair =>
        IsPlain(pair.First) == IsPlain(pair.Second) && (!IsPlain(pair.First) || char.ToUpperInvariant(pair.First) == char.ToUpperInvariant(pair.Second)));

    private static bool IsPlain(char character) => character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9');

    private static char Respell(char character, int key)
    {
        if (!IsPlain(character)) return Other[key % Other.Length];
        return key % 2 == 0 ? char.ToUpperInvariant(character) : char.ToLowerInvariant(character);
    }

    private static string Change(string name, int place, char character, int kind) => kind switch
    {
        0 => name.Remove(place, 1),
        1 => name.Insert(place, character.ToString()),
        _ => name.Remove(place, 1).Insert(place, character.ToString()),
    };
}
