using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using TrustedApps.AspNetCore.SignIn.TrustedProxies;

namespace TrustedApps.AspNetCore.SignIn.Tests.TrustedProxies;

public sealed class ProxyHeaderTests
{
    private static readonly ProxyHeader _field = new("X-User");

    private static readonly Gen<(string Name, string[] Values)[]> _headers =
        from count in Gen.Choose(0, 5)
        from headers in Gen.ArrayOf(
            from name in Gen.Elements("X-User", "X-User", "X_User", "X.User", "x-USER", "X-User2", "XUser", "Accept", "X-Us-r")
            from lines in Gen.Choose(1, 2)
            from values in Gen.ArrayOf(Gen.Elements("", "fred", "ann"), lines)
            select (name, values),
            count)
        select headers;

    [Property(MaxTest = 1000)]
    public Property One_value_in_the_right_spelling_is_found_and_all_else_is_a_problem() => Prop.ForAll(_headers.ToArbitrary(), sent =>
    {
        IHeaderDictionary headers = Headers(sent);
        (string Key, StringValues Value)[] ours = [.. headers.Where(header => header.Key.Replace('_', '-').Replace('.', '-').Equals("x-user", StringComparison.OrdinalIgnoreCase)).Select(header => (header.Key, header.Value))];
        (bool isThere, string? value, string? problem) = _field.Find(headers);

        bool isGood = ours is [var only] && only.Value.Count == 1 && only.Key.Contains('-', StringComparison.Ordinal);
        return isThere == ours.Length > 0
            && (problem is null) == (isGood || ours.Length == 0)
            && (!isGood || value == ours[0].Value.ToString());
    });

    [Property(MaxTest = 1000)]
    public Property Removal_leaves_no_spelling_and_everything_else() => Prop.ForAll(_headers.ToArbitrary(), sent =>
    {
        IHeaderDictionary headers = Headers(sent);
        KeyValuePair<string, StringValues>[] others = [.. headers.Where(header => !_field.IsSpelledAs(header.Key))];
        _field.Remove(headers);
        return others.OrderBy(header => header.Key, StringComparer.Ordinal).SequenceEqual(headers.OrderBy(header => header.Key, StringComparer.Ordinal));
    });

    private static IHeaderDictionary Headers((string Name, string[] Values)[] sent)
    {
        IHeaderDictionary headers = new DefaultHttpContext().Request.Headers;
        foreach ((string name, string[] values) in sent) headers.Append(name, values);
        return headers;
    }
}
