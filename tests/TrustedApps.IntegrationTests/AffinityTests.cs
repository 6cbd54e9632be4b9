namespace TrustedApps.IntegrationTests;

/// <summary>The affinity of docs/scale.md, as it stands there: two nodes that share no memory, behind nginx.</summary>
public sealed class AffinityTests
{
    // What a sender may put around a field value, and servers take off (RFC 9110 section 5.5).
    private static readonly (string Before, string After)[] _spaces = [("", ""), (" ", ""), ("\t", ""), ("", " "), ("", "\t"), (" \t ", "\t \t")];

    private readonly RequestLog _first = new();
    private readonly RequestLog _second = new();

    [Fact]
    public async Task Each_assertion_has_one_node_however_it_is_spaced()
    {
        await using var nginx = new Nginx();
        await using KestrelServer one = await StartAsync(nginx, _first);
        await using KestrelServer two = await StartAsync(nginx, _second);
        string guide = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "scale.md"), TestContext.Current.CancellationToken);
        string directives = string.Join('\n', guide.Split('\n').SkipWhile(line => !line.StartsWith("    map ", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)));
        Assert.Contains("10.1.0.11:8080;", directives, StringComparison.Ordinal);
        Assert.Contains("10.1.0.12:8080;", directives, StringComparison.Ordinal);
        await nginx.StartAsync(
            "location / { proxy_pass http://tracker; }",
            directives.Replace("10.1.0.11:8080", one.EndPoint.ToString(), StringComparison.Ordinal).Replace("10.1.0.12:8080", two.EndPoint.ToString(), StringComparison.Ordinal));

        for (int number = 0; number < 30; number++)
        {
            AssertionHeaders headers = Version4.Issue(nginx.Origin, "/closed");
            Answer[] answers = await Task.WhenAll(_spaces.Select(spaces => nginx.SendAsync(RawHttp.Request("GET /closed", "localhost", headers.Enumerate().Select(header => Space(header, spaces))))));

            Assert.Equal((1, _spaces.Length - 1), (answers.Count(answer => answer.Code == "OK"), answers.Count(answer => answer.Code == "REPLAYED")));
        }

        Assert.NotEmpty(_first.Trusted);
        Assert.NotEmpty(_second.Trusted);
    }

    private static KeyValuePair<string, string> Space(KeyValuePair<string, string> header, (string Before, string After) spaces) =>
        new(header.Key, header.Key.EndsWith("-Cert", StringComparison.Ordinal) ? spaces.Before + header.Value + spaces.After : header.Value);

    private static Task<KestrelServer> StartAsync(Nginx nginx, RequestLog seen) =>
        Version4.StartAsync(options => options.BaseUrls.Add(nginx.Origin), before: seen.WatchAlone);
}
