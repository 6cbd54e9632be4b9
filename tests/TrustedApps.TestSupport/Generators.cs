using FsCheck;
using FsCheck.Fluent;

namespace TrustedApps.TestSupport;

/// <summary>Generators that several tests share. They lean towards what parsers stumble over.</summary>
internal static class Generators
{
    private const string Awkward = "\0\t\n\r\u001F \"%&'*+,-./:;<=>?@[\\]^_`{|}~\u007F\u0085\u00A0é\u2028\u202E\u3000\uD83D\uDE00\uFEFF\uFFFD\uFFFF";

    /// <summary>Characters of every kind, halves of surrogate pairs among them.</summary>
    public static Gen<char> AnyCharacter { get; } = Gen.OneOf(
        Gen.Choose(' ', '~').Select(code => (char)code),
        Gen.Elements(Awkward.ToCharArray()),
        Gen.Choose(0, 0xFFFF).Select(code => (char)code));

    /// <summary>Texts that need not be well-formed UTF-16.</summary>
    public static Gen<string> AnyText { get; } = TextOf(AnyCharacter, 24);

    /// <summary>Well-formed texts.</summary>
    public static Gen<string> WellFormedText { get; } =
        AnyText.Select(text => new string([.. text.Where(character => !char.IsSurrogate(character))]) + "\U0001F600");

    public static Gen<byte[]> Bytes(int atMost) =>
        from length in Gen.Choose(0, atMost)
        from bytes in Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), length)
        select bytes;

    public static Gen<string> TextOf(Gen<char> characters, int atMost) =>
        from length in Gen.Choose(0, atMost)
        from text in Gen.ArrayOf(characters, length)
        select new string(text);

    /// <summary>Texts put together from the given pieces: that finds the interesting ones sooner than single characters.</summary>
    public static Gen<string> TextOf(string[] pieces, int atMost) =>
        from length in Gen.Choose(0, atMost)
        from parts in Gen.ArrayOf(Gen.Elements(pieces), length)
        select string.Concat(parts);

    /// <summary>A text with one to three small changes: a character put in, taken out or replaced, or a piece repeated.</summary>
    public static Gen<string> Mutate(Gen<string> texts, Gen<char> characters)
    {
        Gen<Func<string, string>> change =
            from kind in Gen.Choose(0, 3)
            from place in Gen.Choose(0, 1_000_000)
            from character in characters
            select new Func<string, string>(text => Change(text, kind, place, character));
        return
            from text in texts
            from count in Gen.Choose(1, 3)
            from changes in Gen.ArrayOf(change, count)
            select changes.Aggregate(text, (changed, next) => next(changed));
    }

    private static string Change(string text, int kind, int place, char character)
    {
        int index = place % (text.Length + 1);
        if (kind == 0 || index == text.Length) return text.Insert(index, character.ToString());
        return kind switch
        {
            1 => text.Remove(index, 1),
            2 => text.Remove(index, 1).Insert(index, character.ToString()),
            _ => text.Insert(index, text[index..]),
        };
    }
}
