using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

/// <summary>What counts is how ASP.NET Core itself reads cookies afterwards.</summary>
public sealed class ProxyCookieTests
{
    private static readonly ProxyCookie _field = new("X-User");

    private static readonly string[] _pieces =
    [
        "X-User", "x_user", "X.User", "X-User=mallory", "; X-User=fred", "=", "=", ";", "; ", ",", " ", "\t", "\"", "(", "\\", "@", "%58-User", "%", "a", "b=1", "é", "\u0001", "X", "-User", "$Version=1", "fred",
    ];

    // Lines as they may come: HTTP/2 sends one for each cookie.
    private static readonly Gen<string[]> _anyLines =
        from lines in Gen.Choose(1, 3)
        from texts in Gen.ArrayOf(
            from length in Gen.Choose(0, 8)
            from parts in Gen.ArrayOf(Gen.Elements(_pieces), length)
            select string.Concat(parts),
            lines)
        select texts;

    private static readonly Gen<(string Name, string Value)> _wellFormed =
        from name in Gen.Elements("a", "b", "session", ".AspNetCore.Cookies", "x-use", "x-user1", "xuser")
        from value in ProxyFieldTests.TextOf("abz019-._~!#$%&'()*+/:<=>?@[]^`{|}", 0, 10)
        select (name, value);

    private static readonly Gen<(string Name, string Value)> _spelling =
        from name in Gen.Elements("X-User", "x-user", "X_User", "X.USER")
        from value in ProxyFieldTests.TextOf("abz", 0, 3)
        select (name, value);

    [Property(MaxTest = 5000)]
    public Property After_removal_no_spelling_is_left_whatever_came() => Prop.ForAll(_anyLines.ToArbitrary(), lines =>
    {
        HttpRequest request = RequestWith(lines);
        _field.Remove(request.Headers);
        return !request.Cookies.Keys.Any(name => _field.IsSpelledAs(name));
    });

    [Property(MaxTest = 5000)]
    public Property Whatever_an_application_could_see_is_found() => Prop.ForAll(_anyLines.ToArbitrary(), lines =>
    {
        HttpRequest request = RequestWith(lines);
        string[] seen = [.. request.Cookies.Where(cookie => _field.IsSpelledAs(cookie.Key)).Select(cookie => cookie.Value)];
        (bool isThere, string? value, string? problem) = _field.Find(request.Headers);

        if (seen.Length > 0 && !isThere) return false;
        return problem is not null || seen.All(other => other == value); // nothing is believed that an application reads as something else
    });

    [Property(MaxTest = 1000)]
    public Property Other_cookies_keep_their_values() => Prop.ForAll(
        (from others in Gen.ListOf(_wellFormed)
         from ours in Gen.ListOf(_spelling)
         from keys in Gen.ArrayOf(Gen.Choose(0, 1000), others.Count + ours.Count)
         from separator in Gen.Elements("; ", ";", " ;  ")
         select string.Join(separator, others.Concat(ours).Zip(keys).OrderBy(pair => pair.Second).Select(pair => $"{pair.First.Name}={pair.First.Value}"))).ToArbitrary(),
        line =>
        {
            HttpRequest request = RequestWith(line);
            Dictionary<string, string> before = request.Cookies.Where(cookie => !_field.IsSpelledAs(cookie.Key)).ToDictionary();
            _field.Remove(request.Headers);
            return before.OrderBy(cookie => cookie.Key, StringComparer.Ordinal).SequenceEqual(request.Cookies.OrderBy(cookie => cookie.Key, StringComparer.Ordinal));
        });

    [Theory]
    [InlineData("X-User=fred", "fred")]
    [InlineData("a=1; X-User=fred; b=2", "fred")]
    [InlineData("X-User=fr%65d%20%C3%A9", "fred é")]
    [InlineData("X-User=", "")]
    [InlineData("X-User=a=b", "a=b")]
    [InlineData("a=X-User", null)]
    [InlineData("a=1", null)]
    [InlineData("", null)]
    [InlineData("XX-User=fred", null)]
    [InlineData("(X-User=fred", null)]
    public void The_value_is_found(string line, string? value)
    {
        (bool isThere, string? found, string? problem) = _field.Find(RequestWith(line).Headers);
        Assert.Equal((value, value is not null, null), (found, isThere, problem));
    }

    [Theory]
    [InlineData("X-User=fred; X-User=fred", "is there twice, or in several spellings. The trusted proxy must unset it before it sets it")]
    [InlineData("X-User=fred\nX-User=fred", "is there twice")]
    [InlineData("X-User=fred; x_user=ann", "is there twice")]
    [InlineData("x.user=ann; X-User=fred", "is there twice")]
    [InlineData("a=1,X-User=ann; X-User=fred", "is there twice")]
    [InlineData("x_user=fred", "in another way. It must unset that spelling as well")]
    [InlineData("x-user=fred", "in another way")]
    [InlineData("a=1;X-User = fred", "in another way")]
    [InlineData("X-User", "in another way")]
    [InlineData("a=1,X-User=fred", "holds a comma")]
    [InlineData("X-User=fred,ann", "holds a comma or a quotation mark. The trusted proxy must percent-encode them")]
    [InlineData("X-User=\"fred\"", "holds a comma or a quotation mark")]
    public void What_is_wrong_is_said(string lines, string problem)
    {
        (bool isThere, _, string? found) = _field.Find(RequestWith(lines.Split('\n')).Headers);
        Assert.True(isThere);
        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=1; X-User=fred; b=2", "a=1; b=2")]
    [InlineData("a=1, x_user=fred, b=2", "a=1; b=2")]
    [InlineData("X-User=fred", null)]
    [InlineData("a=1; (X-User=fred", "a=1; (X-User=fred")]
    [InlineData("x.user", null)]
    public void Only_it_is_removed_where_that_can_be_done(string line, string? rest)
    {
        HttpRequest request = RequestWith(line);
        _field.Remove(request.Headers);
        Assert.Equal(rest, (string?)request.Headers.Cookie);
        Assert.Equal(rest is not null, request.Headers.ContainsKey("Cookie"));
    }

    private static HttpRequest RequestWith(params string[] lines)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Headers.Cookie = new StringValues(lines);
        return request;
    }
}
