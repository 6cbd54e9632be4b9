namespace TrustedApps.Tests;

public class BaseUrlTests
{
    [Theory]
    [InlineData("https://tracker.example")]
    [InlineData("https://tracker.example/app")]
    [InlineData("https://tracker.example/app/sub")]
    [InlineData("https://tracker.example:8443/app")]
    [InlineData("http://tracker.example")]
    [InlineData("http://tracker.example:443")]
    [InlineData("https://tracker.example:80")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080/app")]
    [InlineData("https://tracker.example/caf%C3%A9")]
    [InlineData("https://tracker.example/~user")]
    [InlineData("https://tracker.example/App")]
    public void A_url_in_normal_form_is_read_and_kept(string text)
    {
        Assert.True(BaseUrl.TryParse(text, out BaseUrl? baseUrl));
        Assert.Equal((text, text), (baseUrl.Text, baseUrl.ToString()));
        Assert.Equal(text, BaseUrl.Parse(text).Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/app")]
    [InlineData("tracker.example")]
    [InlineData("//tracker.example")]
    [InlineData("ftp://tracker.example")] // another scheme
    [InlineData("ws://tracker.example")]
    [InlineData("file:///app")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://")]
    [InlineData("https:///app")]
    [InlineData("HTTPS://tracker.example")] // not in lower case
    [InlineData("https://Tracker.example")]
    [InlineData("https://tracker.example:443")] // the default port
    [InlineData("http://tracker.example:80/app")]
    [InlineData("https://tracker.example:")]
    [InlineData("https://tracker.example:08443")]
    [InlineData("https://tracker.example:99999")]
    [InlineData("https://tracker.example/")] // a final slash
    [InlineData("https://tracker.example/app/")]
    [InlineData("https://tracker.example/app//")]
    [InlineData("https://user@tracker.example")] // user info
    [InlineData("https://user:password@tracker.example")]
    [InlineData("https://@tracker.example")]
    [InlineData("https://tracker.example?")] // query and fragment
    [InlineData("https://tracker.example/app?a=b")]
    [InlineData("https://tracker.example/app#a")]
    [InlineData("https://tracker.example#")]
    [InlineData("https://tracker.example/a/../app")] // dot segments
    [InlineData("https://tracker.example/./app")]
    [InlineData("https://tracker.example/a/%2e%2e/app")]
    [InlineData("https://tracker.example/%41pp")] // needlessly encoded
    [InlineData("https://tracker.example/%7Euser")]
    [InlineData("https://tracker.example/café")]
    [InlineData("https://tracker.example/a b")]
    [InlineData("https://tracker.example\\app")]
    [InlineData("https:\\\\tracker.example")]
    [InlineData(" https://tracker.example")]
    [InlineData("https://tracker.example ")]
    [InlineData("https://tracker.example\n")]
    [InlineData("https://2130706433")] // 127.0.0.1 to some
    [InlineData("https://0x7f.1")]
    [InlineData("https://127.1")]
    [InlineData("https://127.000.000.001")]
    [InlineData("https://[0:0:0:0:0:0:0:1]")]
    [InlineData("https://bücher.example")]
    [InlineData("https://①②⑦.⓪.⓪.①")] // digits, and 127.0.0.1 to some
    [InlineData("https://１２７.0.0.1")]
    public void Anything_else_is_no_base_url(string? text)
    {
        Assert.False(BaseUrl.TryParse(text, out BaseUrl? baseUrl));
        Assert.Null(baseUrl);
        var refused = Assert.Throws<ArgumentException>(nameof(text), () => BaseUrl.Parse(text!));
        Assert.Contains($"'{text}' is not a valid base URL", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_in_Unicode_is_refused_and_its_ASCII_form_is_named()
    {
        Assert.Equal(
            "'https://bücher.example/app' is not a valid base URL: its host must be in the ASCII form that is sent: 'xn--bcher-kva.example'.",
            BaseUrl.FindProblem("https://bücher.example/app"));
        Assert.Equal("xn--bcher-kva.example", new Uri(BaseUrl.Parse("https://xn--bcher-kva.example").Text).Host);
        Assert.Null(BaseUrl.FindProblem("https://tracker.example"));
    }

    [Theory]
    [InlineData("..%20")]
    [InlineData("..%20%20")]
    [InlineData("..%00")]
    [InlineData("..%00x")]
    [InlineData("..%09")]
    [InlineData("..%2520")]
    [InlineData(".%20")]
    [InlineData("%c0%ae%c0%ae")]
    [InlineData("%C0%AE.")]
    [InlineData("%c1%9c..")]
    [InlineData("%e0%80%ae%e0%80%ae")]
    [InlineData("%f0%80%80%ae.")]
    [InlineData("%u002e%u002e")]
    [InlineData("%uff0e.")]
    public void What_some_servers_read_as_dots_is_not_below_it(string segment) =>
        Assert.False(BaseUrl.Parse("https://tracker.example/app").Covers(new Uri($"https://tracker.example/app/{segment}/admin")));

    [Theory]
    [InlineData("a%20b")]
    [InlineData("100%25")]
    [InlineData("...")]
    [InlineData("..a")]
    [InlineData("caf%C3%A9")]
    [InlineData("%E2%82%AC")]
    public void Ordinary_segments_are_below_it(string segment) =>
        Assert.True(BaseUrl.Parse("https://tracker.example/app").Covers(new Uri($"https://tracker.example/app/{segment}/x")));

    [Property(MaxTest = 5000)]
    public Property No_text_throws_and_what_is_read_is_read_as_the_framework_does() => ForAll.In(
        Gen.OneOf(
            Generators.TextOf(["http", "https", ":", "//", "/", "host", "HOST", ".", "..", ":80", ":8443", "@", "?", "#", "%41", "%2f", "é", "\\", "[::1]", " "], 8),
            Generators.Mutate(Gen.Elements("https://tracker.example/app", "http://127.0.0.1:8080"), Generators.AnyCharacter)),
        text => !BaseUrl.TryParse(text, out BaseUrl? baseUrl) || new Uri(text).AbsoluteUri.TrimEnd('/') == baseUrl.Text);

    [Theory]
    [InlineData("https://tracker.example", true)]
    [InlineData("http://tracker.example", false)]
    [InlineData("http://localhost", true)]
    [InlineData("http://localhost:8080/app", true)]
    [InlineData("http://127.0.0.1", true)]
    [InlineData("http://127.255.255.254:8080", true)]
    [InlineData("http://[::1]", true)]
    [InlineData("http://localhost.example", false)]
    [InlineData("http://localhost.", false)]
    [InlineData("http://10.0.0.1", false)]
    [InlineData("http://128.0.0.1", false)]
    [InlineData("http://0.0.0.0", false)]
    [InlineData("http://[::]", false)]
    [InlineData("http://[::2]", false)]
    public void It_is_protected_by_https_or_by_not_leaving_this_machine(string text, bool isProtected) =>
        Assert.Equal(isProtected, BaseUrl.Parse(text).IsProtected);

    [Theory]
    [InlineData("https", "tracker.example", "/app", true)]
    [InlineData("http", "tracker.example", "/app", false)]
    [InlineData("HTTPS", "tracker.example", "/app", false)]
    [InlineData("https", "Tracker.example", "/app", false)]
    [InlineData("https", "tracker.example.", "/app", false)]
    [InlineData("https", "tracker.example:443", "/app", false)]
    [InlineData("https", "user@tracker.example", "/app", false)]
    [InlineData("https", "other.example", "/app", false)]
    [InlineData("https", "tracker.example", "", false)]
    [InlineData("https", "tracker.example", "/", false)]
    [InlineData("https", "tracker.example", "/APP", false)]
    [InlineData("https", "tracker.example", "/app/", false)]
    [InlineData("https", "tracker.example", "/app/sub", false)]
    [InlineData("https", "tracker.example", "/ap", false)]
    [InlineData("https", "tracker.example", "/%61pp", false)]
    [InlineData("https", "tracker.example/app", "", false)] // the parts are compared, not what they add up to
    [InlineData("https", "tracker.example/", "app", false)]
    [InlineData("https", "tracker.ex", "ample/app", false)]
    [InlineData("https", "", "tracker.example/app", false)]
    [InlineData("https://tracker.example", "", "/app", false)]
    [InlineData("", "", "", false)]
    public void A_request_is_for_it_when_every_part_is_the_same_byte_for_byte(string scheme, string host, string pathBase, bool same)
    {
        IncomingRequest request = new Request { Scheme = scheme, Host = host, PathBase = pathBase }.ToIncoming();
        Assert.Equal(same, BaseUrl.Parse("https://tracker.example/app").IsOf(request));
    }

    [Fact]
    public void A_path_base_is_compared_decoded_as_servers_have_it_and_the_target_as_it_was_sent()
    {
        BaseUrl baseUrl = BaseUrl.Parse("https://tracker.example/caf%C3%A9");
        var request = new Request { PathBase = "/café", Target = "/caf%C3%A9/rest" };
        Assert.True(baseUrl.IsOf(request.ToIncoming()));
        Assert.False(baseUrl.IsOf((request with { PathBase = "/caf%C3%A9" }).ToIncoming()));
        Assert.False(baseUrl.IsOf((request with { Target = "/café/rest" }).ToIncoming()));
        Assert.False(baseUrl.IsOf((request with { Target = "/caf%c3%a9/rest" }).ToIncoming()));
    }

    [Theory]
    [InlineData("/app", true)]
    [InlineData("/app?q=1", true)]
    [InlineData("/app/rest", true)]
    [InlineData("/apple", false)]
    [InlineData("/%61pp/rest", false)]
    [InlineData("/x/../app/rest", false)]
    [InlineData("/", false)]
    public void The_target_is_below_the_base_url_as_it_was_sent(string target, bool below) => Assert.Equal(
        below, BaseUrl.Parse("https://tracker.example/app").IsOf((new Request { Target = target }).ToIncoming()));

    [Theory]
    [InlineData("http://xn--ü/")]
    [InlineData("http://xn--ü")]
    public void A_host_that_cannot_be_put_in_ascii_is_none(string url)
    {
        Assert.False(BaseUrl.TryParse(url, out _));
        Assert.False(BaseUrl.Parse("https://tracker.example").Covers(new Uri(url.Replace("http:", "https:", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_path_that_is_encoded_many_times_is_not_covered_and_takes_no_time()
    {
        string url = "https://tracker.example/app/%" + string.Concat(Enumerable.Repeat("25", 10_000)) + "2e";

        Assert.False(BaseUrl.Parse("https://tracker.example/app").Covers(new Uri(url)));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http", "127.0.0.1:8080", "")]
    [InlineData("http://[::1]:8080/a/b", "http", "[::1]:8080", "/a/b")]
    public void Ports_and_addresses_belong_to_the_host(string text, string scheme, string host, string pathBase)
    {
        var request = new Request { Scheme = scheme, Host = host, PathBase = pathBase, Target = $"{pathBase}/rest" };
        Assert.True(BaseUrl.Parse(text).IsOf(request.ToIncoming()));
        Assert.False(BaseUrl.Parse(text).IsOf((request with { Host = host[..^1] }).ToIncoming()));
    }

    [Theory]
    [InlineData("https://tracker.example/app", true)]
    [InlineData("https://tracker.example/app/", true)]
    [InlineData("https://tracker.example/app/rest?q=/../x", true)]
    [InlineData("https://tracker.example/app?q=1", true)]
    [InlineData("https://TRACKER.example/app/rest", true)] // the Uri class says it in lower case
    [InlineData("https://tracker.example:443/app/rest", true)]
    [InlineData("https://tracker.example/app/a/../rest", true)] // nor does this ever reach the wire
    [InlineData("https://tracker.example/app/...", true)]
    [InlineData("https://tracker.example/app/..a/b..", true)]
    [InlineData("https://tracker.example/app/a%2Fb", true)]
    [InlineData("https://tracker.example/app/100%25", true)]
    [InlineData("https://tracker.example/app/%zz", true)]
    [InlineData("http://tracker.example/app/rest", false)]
    [InlineData("http://tracker.example:443/app/rest", false)] // the same port
    [InlineData("https://other.example/app/rest", false)]
    [InlineData("https://tracker.example.other/app/rest", false)]
    [InlineData("https://tracker.example:8443/app/rest", false)]
    [InlineData("https://user@tracker.example/app/rest", false)]
    [InlineData("https://user:password@tracker.example/app/rest", false)]
    [InlineData("https://tracker.example", false)]
    [InlineData("https://tracker.example/", false)]
    [InlineData("https://tracker.example/application", false)]
    [InlineData("https://tracker.example/app%2Frest", false)]
    [InlineData("https://tracker.example/app;v=1/rest", false)]
    [InlineData("https://tracker.example/APP/rest", false)]
    [InlineData("https://tracker.example/other/app", false)]
    [InlineData("https://tracker.example/app/../admin", false)]
    [InlineData("https://tracker.example/app/%2e%2e/admin", false)]
    [InlineData("https://tracker.example/app/..%2fadmin", false)] // climbs for a server that decodes first
    [InlineData("https://tracker.example/app/..%2Fadmin", false)]
    [InlineData("https://tracker.example/app/..%5cadmin", false)]
    [InlineData("https://tracker.example/app/%2e%2e%2fadmin", false)]
    [InlineData("https://tracker.example/app/%252e%252e%252fadmin", false)] // and for one that decodes twice
    [InlineData("https://tracker.example/app/%25252e%25252e%25252fadmin", false)]
    [InlineData("https://tracker.example/app/a/..%2f..%2fadmin", false)]
    [InlineData("https://tracker.example/app/.%2fadmin", false)]
    [InlineData("https://tracker.example/app/a%2f..", false)]
    [InlineData("https://tracker.example/app/%252541", true)] // encoded three times, as perhaps somebody does
    [InlineData("https://tracker.example/app/%25252541", false)] // four times, as nobody does
    [InlineData("https://tracker.example/app/..;/admin", false)] // and for one that drops path parameters, as Tomcat does
    [InlineData("https://tracker.example/app/..;a=b/admin", false)]
    [InlineData("https://tracker.example/app/..%3b/admin", false)]
    [InlineData("https://tracker.example/app/.;/admin", false)]
    public void It_covers_what_is_below_it_and_cannot_be_read_as_anything_else(string url, bool covered) =>
        Assert.Equal(covered, BaseUrl.Parse("https://tracker.example/app").Covers(new Uri(url)));

    [Theory]
    [InlineData("https://tracker.example", true)]
    [InlineData("https://tracker.example/anything/..%2f..", true)] // there is nothing above the root
    [InlineData("https://other.example", false)]
    public void At_the_root_it_covers_the_whole_host(string url, bool covered) =>
        Assert.Equal(covered, BaseUrl.Parse("https://tracker.example").Covers(new Uri(url)));

    [Fact]
    public void A_relative_url_is_not_covered() =>
        Assert.False(BaseUrl.Parse("https://tracker.example").Covers(new Uri("/app", UriKind.Relative)));

    [Fact]
    public void A_name_in_another_script_is_the_same_host_in_either_spelling() =>
        Assert.True(BaseUrl.Parse("https://xn--bcher-kva.example").Covers(new Uri("https://bücher.example/a")));
}
