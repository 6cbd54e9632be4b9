using System.Text;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class CanonicalPathTests
{
    private static readonly Gen<string> _targets = Gen.OneOf(
        Generators.TextOf(
            ["/", "/", "/", "a", "b.c", ".", "..", "%", "%2e", "%2E", "%2f", "%2F", "%5c", "\\", ";", "%3b", "%3B", "%25", "41", "%41",
             "%00", "%0a", "%7f", "%C2%85", "\u0085", "%c3%a9", "é", "%c3", "%ff", "%c0%ae", "%ed%a0%80", "%zz", "?", "%3f", "#", "+", " ", "\n"],
            9).Select(rest => "/" + rest),
        Generators.TextOf(["/", "?", "a", "*", "http:", "%2f", "."], 4),
        Generators.AnyText);

    [Theory]
    [InlineData("/", "/")]
    [InlineData("", "/")] // an empty path counts as /
    [InlineData("?a=b", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a/b/", "/a/b/")] // the final segment may be empty
    [InlineData("/a?b", "/a")]
    [InlineData("/a?b/../c;d\\%zz", "/a")] // a query is not looked at
    [InlineData("/a%41%7E~", "/aA~~")]
    [InlineData("/caf%C3%A9/caf%c3%a9/café", "/café/café/café")]
    [InlineData("/%F0%9F%98%80", "/\U0001F600")]
    [InlineData("/a%20b+c", "/a b+c")]
    [InlineData("/a%3Fb%23c", "/a?b#c")]
    [InlineData("/a%2Ab", "/a*b")]
    [InlineData("/.a/..b/...", "/.a/..b/...")]
    [InlineData("/a./b..", "/a./b..")]
    [InlineData("/100%25", "/100%")] // a percent sign that nobody decodes again
    [InlineData("/%25/%25a/%25zz/%254", "/%/%a/%zz/%4")]
    [InlineData("/a:b@c,d=e&f$g!h", "/a:b@c,d=e&f$g!h")]
    public void A_path_with_one_reading_is_decoded_once(string target, string expected) => Assert.Equal(expected, Decode(target));

    [Theory]
    [InlineData("/%")] // malformed percent signs
    [InlineData("/%4")]
    [InlineData("/a%zz")]
    [InlineData("/a%4g")]
    [InlineData("/a%g4")]
    [InlineData("/a%%41")]
    [InlineData("/a%u0041")]
    [InlineData("/a%４１")]
    [InlineData("/a% 1")]
    [InlineData("/a\\b")] // backslashes
    [InlineData("/a%5Cb")]
    [InlineData("/a%5cb")]
    [InlineData("/..\\b")]
    [InlineData("/a%2Fb")] // encoded slashes
    [InlineData("/a%2fb")]
    [InlineData("/a%2F")]
    [InlineData("/%2F")]
    [InlineData("/a%00b")] // control characters
    [InlineData("/a%0Ab")]
    [InlineData("/a%0D%0Ab")]
    [InlineData("/a%09b")]
    [InlineData("/a%1Fb")]
    [InlineData("/a%7Fb")]
    [InlineData("/a\nb")]
    [InlineData("/a\u007Fb")]
    [InlineData("/a\u0085b")]
    [InlineData("/a%C2%85b")]
    [InlineData("/a%C2%9Fb")]
    [InlineData("/a;b")] // path parameters
    [InlineData("/a;/b")]
    [InlineData("/a%3Bb")]
    [InlineData("/a%3bb")]
    [InlineData("/..;/b")]
    [InlineData("//")] // empty segments
    [InlineData("//a")]
    [InlineData("/a//b")]
    [InlineData("/a//")]
    [InlineData("/.")] // dot segments
    [InlineData("/..")]
    [InlineData("/./")]
    [InlineData("/a/.")]
    [InlineData("/a/..")]
    [InlineData("/a/./b")]
    [InlineData("/a/../b")]
    [InlineData("/../a")]
    [InlineData("/a/%2e")]
    [InlineData("/a/%2E/b")]
    [InlineData("/a/%2e%2e/b")]
    [InlineData("/a/%2E./b")]
    [InlineData("/a/.%2e/b")]
    [InlineData("/%2e%2e")]
    [InlineData("/a%2541")] // somebody else would decode these again
    [InlineData("/a%252e%252e")]
    [InlineData("/%252F")]
    [InlineData("/a%25%34%31")]
    [InlineData("/a%25ff")]
    [InlineData("/a%25FF/b")]
    [InlineData("/%25/%2541")]
    [InlineData("/%25%2541")]
    [InlineData("/a%FF")] // invalid UTF-8
    [InlineData("/a%C3")]
    [InlineData("/a%C3/b")]
    [InlineData("/a%80")]
    [InlineData("/a%C0%AEb")]
    [InlineData("/%C0%AE%C0%AE/b")]
    [InlineData("/a%E0%80%AFb")]
    [InlineData("/a%ED%A0%80")]
    [InlineData("/a%F4%90%80%80")]
    [InlineData("*")] // not a path
    [InlineData("a/b")]
    [InlineData("http://tracker.example/a")]
    [InlineData("tracker.example:443")]
    [InlineData("%2Fa")]
    [InlineData(" /a")]
    public void A_path_with_more_than_one_reading_is_refused(string target) => Assert.Null(Decode(target));

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Assert.Null(Decode("/a\uD800"));
        Assert.Null(Decode("/\uDC00\uD800b%41"));
    }

    [Property(MaxTest = 20_000)]
    public Property Decoding_agrees_with_the_rules_written_out_one_by_one() => ForAll.In(
        _targets, target => Decode(target) == DecodeByTheRules(target));

    [Property(MaxTest = 10_000)]
    public Property Decoding_an_accepted_path_again_changes_nothing() => ForAll.In(
        _targets, target => Decode(target) is not { } path || Uri.UnescapeDataString(path) == path);

    [Property(MaxTest = 10_000)]
    public Property An_accepted_path_stays_what_it_is_when_somebody_normalises_it() => ForAll.In(
        _targets,
        target => Decode(target) is not { } path
            || new Uri("http://host" + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)).AbsolutePath
                == Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal));

    private static string? Decode(string target)
    {
        byte[] destination = new byte[3 * target.Length + 1];
        return CanonicalPath.TryDecode(target, destination, out int length) ? Encoding.UTF8.GetString(destination, 0, length) : null;
    }

    // Specification legacy.md section 4, sentence by sentence.
    private static string? DecodeByTheRules(string target)
    {
        string path = target.Split('?')[0];
        if (path.Length == 0) path = "/";
        if (!path.StartsWith('/')) return null;

        var bytes = new List<byte>();
        for (int index = 0; index < path.Length; index++)
        {
            if (path[index] == '%')
            {
                if (index + 2 >= path.Length || !Uri.IsHexDigit(path[index + 1]) || !Uri.IsHexDigit(path[index + 2])) return null;
                byte octet = Convert.ToByte(path.Substring(index + 1, 2), 16);
                if (octet == '/') return null;
                bytes.Add(octet);
                index += 2;
            }
            else if ((index + 1 < path.Length && char.IsSurrogatePair(path, index)) || !char.IsSurrogate(path[index]))
            {
                int length = char.IsSurrogate(path[index]) ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(path.Substring(index, length)));
                index += length - 1;
            }
            else
            {
                return null;
            }
        }

        string decoded = Encoding.UTF8.GetString([.. bytes]);
        if (!Encoding.UTF8.GetBytes(decoded).SequenceEqual(bytes)) return null;
        if (decoded.Any(character => char.IsControl(character) || character is '\\' or ';')) return null;

        string[] parts = decoded.Split('%');
        if (parts.Skip(1).Any(part => part.Length >= 2 && Uri.IsHexDigit(part[0]) && Uri.IsHexDigit(part[1]))) return null;

        string[] segments = decoded.Split('/')[1..];
        if (segments.Any(segment => segment is "." or "..") || segments[..^1].Contains("")) return null;
        return decoded;
    }
}
