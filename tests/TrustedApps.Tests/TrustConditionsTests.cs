namespace TrustedApps.Tests;

public class TrustConditionsTests
{
    private readonly TrustConditions _defaults = new() { Addresses = ["*"], Urls = ["*"] };

    [Fact]
    public void Defaults_are_strict()
    {
        Assert.Null(_defaults.Versions);
        Assert.Equal([ProtocolVersion.Atlassian3], ProtocolVersion.All.Where(version => version.IsLegacy && _defaults.Names(version)));
        Assert.Null(_defaults.Methods);
        Assert.Null(_defaults.AllowUsers);
        Assert.Empty(_defaults.DenyUsers);
        Assert.Equal(TimeSpan.FromSeconds(60), _defaults.Timeout);
        Assert.Equal(TimeSpan.FromMinutes(15), _defaults.FutureTolerance);
        Assert.False(_defaults.CheckForwardedFor);
        Assert.False(_defaults.RefuseReplays);
        Assert.False(_defaults.AllowWeakKeys);
        Assert.Equal((60_000, 900_000), (_defaults.TimeoutMilliseconds, _defaults.FutureToleranceMilliseconds));
        Assert.False(_defaults.AllowSelf);
        Assert.False(_defaults.AllowUnboundContent);
        Assert.False(_defaults.RejectsRepetitions);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("POST", false)]
    [InlineData("get", false)]
    public void Without_a_list_of_methods_older_versions_only_read_and_version_4_does_all(string method, bool allowed)
    {
        Assert.All(ProtocolVersion.All.Where(version => version.IsLegacy), version => Assert.Equal(allowed, _defaults.AllowsMethod(method, version)));
        Assert.True(_defaults.AllowsMethod(method, ProtocolVersion.Version4));
    }

    [Fact]
    public void A_list_of_methods_is_the_same_for_every_version()
    {
        var conditions = new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = ["POST"] };
        Assert.All(ProtocolVersion.All, version => Assert.True(conditions.AllowsMethod("POST", version)));
        Assert.All(ProtocolVersion.All, version => Assert.False(conditions.AllowsMethod("GET", version)));
    }

    [Fact]
    public void Addresses_and_urls_must_be_said()
    {
        Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = [], Urls = ["*"] });
        Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = ["*"], Urls = [] });
        Assert.Throws<ArgumentNullException>(() => new TrustConditions { Addresses = null!, Urls = ["*"] });
        Assert.Throws<ArgumentNullException>(() => new TrustConditions { Addresses = ["*"], Urls = null! });
    }

    [Fact]
    public void A_bad_pattern_is_refused_where_it_is_set()
    {
        Assert.Contains("position 1", Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = ["10.0.0"], Urls = ["*"] }).Message, StringComparison.Ordinal);
        Assert.Contains("position 3", Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = ["*"], Urls = ["/a*"] }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new TrustConditions { Addresses = ["*", null!], Urls = ["*"] });
        Assert.Throws<ArgumentNullException>(() => new TrustConditions { Addresses = ["*"], Urls = ["*", null!] });
    }

    [Fact]
    public void Versions_and_methods_are_not_empty()
    {
        Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [] });
        Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = ["*"], Urls = ["*"], Versions = [ProtocolVersion.Warwick, null!] });
        Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = [] });
        Assert.Throws<ArgumentException>(() => new TrustConditions { Addresses = ["*"], Urls = ["*"], Methods = ["*"] });
        Assert.Throws<ArgumentNullException>(() => new TrustConditions { Addresses = ["*"], Urls = ["*"], DenyUsers = null! });
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(86_400_000, true)]
    [InlineData(0, false)] // for ever, to the originals
    [InlineData(-1, false)]
    [InlineData(86_400_001, false)]
    public void A_timeout_is_1_millisecond_to_24_hours(long milliseconds, bool allowed)
    {
        var timeout = TimeSpan.FromMilliseconds(milliseconds);
        Exception? thrown = Record.Exception(() => Assert.Equal(
            milliseconds, new TrustConditions { Addresses = ["*"], Urls = ["*"], Timeout = timeout }.TimeoutMilliseconds));
        if (allowed) Assert.Null(thrown);
        else Assert.IsType<ArgumentOutOfRangeException>(thrown);
    }

    [Fact]
    public void A_timeout_is_not_shorter_than_a_millisecond() => Assert.Throws<ArgumentOutOfRangeException>(
        () => new TrustConditions { Addresses = ["*"], Urls = ["*"], Timeout = TimeSpan.FromMilliseconds(1) - TimeSpan.FromTicks(1) });

    [Theory]
    [InlineData(0, true)]
    [InlineData(900_000, true)]
    [InlineData(-1, false)]
    [InlineData(900_001, false)]
    public void An_allowance_is_at_most_15_minutes(long milliseconds, bool allowed)
    {
        var ahead = TimeSpan.FromMilliseconds(milliseconds);
        Exception? thrown = Record.Exception(() => Assert.Equal(
            milliseconds, new TrustConditions { Addresses = ["*"], Urls = ["*"], FutureTolerance = ahead }.FutureToleranceMilliseconds));
        if (allowed) Assert.Null(thrown);
        else Assert.IsType<ArgumentOutOfRangeException>(thrown);
    }

    [Fact]
    public void Lists_that_change_afterwards_change_nothing()
    {
        List<string> addresses = ["10.0.0.1"], urls = ["/rest"], methods = ["POST"], allow = ["fred"], deny = ["ann"];
        List<ProtocolVersion> versions = [ProtocolVersion.Warwick];
        var conditions = new TrustConditions { Addresses = addresses, Urls = urls, Methods = methods, AllowUsers = allow, DenyUsers = deny, Versions = versions };
        addresses[0] = urls[0] = "*";
        methods[0] = "DELETE";
        allow[0] = deny[0] = "x";
        versions[0] = ProtocolVersion.Atlassian1;

        Assert.Equal(["10.0.0.1"], conditions.Addresses);
        Assert.Equal(["/rest"], conditions.Urls);
        Assert.Equal(["POST"], conditions.Methods!);
        Assert.Equal(["fred"], conditions.AllowUsers!);
        Assert.Equal(["ann"], conditions.DenyUsers);
        Assert.Equal([ProtocolVersion.Warwick], conditions.Versions!);
        Assert.False(conditions.AddressCondition.Allows(System.Net.IPAddress.Loopback));
        Assert.True(conditions.AllowsMethod("POST", ProtocolVersion.Warwick));
        Assert.False(conditions.AllowsMethod("DELETE", ProtocolVersion.Warwick));
        Assert.True(conditions.UserCondition.Allows("fred"));
        Assert.False(conditions.UserCondition.Allows("x"));
    }

    [Fact]
    public void A_copy_has_what_is_changed_and_all_the_rest()
    {
        var conditions = new TrustConditions { Addresses = ["10.0.0.1"], Urls = ["/rest"], Methods = ["POST"], AllowUsers = ["fred"], AllowSelf = true };
        TrustConditions copy = conditions with { Methods = null, AllowUsers = ["ann"], DenyUsers = ["a*"] };
        Assert.Equal(["10.0.0.1", "/rest"], [.. copy.Addresses, .. copy.Urls]);
        Assert.True(copy.AllowSelf);
        Assert.True(copy.AllowsMethod("GET", ProtocolVersion.Version4)); // by the copy's list, not by the one it was copied from
        Assert.False(copy.UserCondition.Allows("fred"));
        Assert.False(copy.UserCondition.Allows("ann"));
        Assert.True((copy with { DenyUsers = [] }).UserCondition.Allows("ann"));
        Assert.True(conditions.UserCondition.Allows("fred"));
        Assert.False((conditions with { Urls = ["/other"] }).UrlCondition.Allows("/rest", "", null));
        Assert.False((conditions with { Addresses = ["10.0.0.2"] }).AddressCondition.Allows(System.Net.IPAddress.Parse("10.0.0.1")));
    }

    [Fact]
    public void A_copy_is_checked_as_its_original()
    {
        Assert.Throws<ArgumentException>(() => _defaults with { Addresses = [] });
        Assert.Throws<ArgumentException>(() => _defaults with { Urls = ["rest"] });
        Assert.Throws<ArgumentException>(() => _defaults with { Versions = [] });
        Assert.Throws<ArgumentException>(() => _defaults with { Methods = [] });
        Assert.Throws<ArgumentException>(() => _defaults with { AllowUsers = [""] });
        Assert.Throws<ArgumentException>(() => _defaults with { DenyUsers = [""] });
        Assert.Throws<ArgumentOutOfRangeException>(() => _defaults with { Timeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => _defaults with { FutureTolerance = TimeSpan.FromHours(1) });
    }

    [Fact]
    public void Only_the_same_instance_is_equal()
    {
        TrustConditions copy = _defaults with { };
        Assert.NotEqual(_defaults, copy);
        Assert.True(_defaults.Equals(_defaults));
        Assert.Equal(_defaults.GetHashCode(), _defaults.GetHashCode());
    }

    [Property]
    public Property Trying_conditions_out_says_what_the_verifier_would() => ForAll.In(
        from version in Gen.Elements(ProtocolVersion.Atlassian3, ProtocolVersion.Warwick, ProtocolVersion.Version4)
        from address in Gen.Elements("10.0.0.7", "192.0.2.1", "::1")
        from method in Gen.Elements("GET", "POST", "DELETE")
        from path in Gen.Elements("/rest/issues?q=open", "/admin", "/rest", "/other/1?x=/rest")
        from user in Gen.Elements<string?>("fred", "ann", null)
        from addresses in Gen.Elements<string[]>(["*"], ["10.0.0.0/8"], ["::1", "192.0.2.1"])
        from urls in Gen.Elements<string[]>(["*"], ["/rest"], ["/*/1", "/admin"])
        from methods in Gen.Elements<string[]?>(null, ["GET"], ["POST", "DELETE"])
        from allowUsers in Gen.Elements<string[]?>(null, ["f*"])
        from denyUsers in Gen.Elements<string[]>([], ["ann"])
        from allowSelf in Gen.Elements(true, false)
        select (version, address, method, path, user: version.IsLegacy ? user ?? "fred" : user, conditions: new TrustConditions
        {
            Addresses = addresses,
            Urls = urls,
            Methods = methods,
            AllowUsers = allowUsers,
            DenyUsers = denyUsers,
            AllowSelf = allowSelf && !version.IsLegacy,
            Versions = [version],
        }),
        made =>
        {
            Rejection? tried = made.conditions.FindRejection(made.version, System.Net.IPAddress.Parse(made.address), made.method, made.path, made.user);
            Request request = Request.Of(made.version, made.user, $"https://tracker.example/app{made.path}", method: made.method) with { Target = $"/app{made.path}", RemoteAddress = System.Net.IPAddress.Parse(made.address), Content = Stream.Null, ContentLength = 0 };
            var provider = new Provider(made.version.IsLegacy ? new TrustedApplication("wiki", Fixture.Wiki.PublicKey, made.conditions) : new TrustedApplication(Fixture.RecordOf(Fixture.Wiki), made.conditions)) { Users = UserResolvers.Everyone };
            string answer = provider.Answer(request).GetAwaiter().GetResult();
            Assert.Equal(tried?.ToString() ?? $"OK {made.user}", answer);
            return true;
        });

    [Fact]
    public void Trying_conditions_out_looks_at_address_method_url_and_user_in_this_order()
    {
        var narrow = new TrustConditions { Addresses = ["10.0.0.0/8"], Urls = ["/rest"], Methods = ["GET"], AllowUsers = ["fred"] };
        System.Net.IPAddress inside = System.Net.IPAddress.Parse("10.1.1.1");
        Assert.Null(narrow.FindRejection(ProtocolVersion.Version4, inside, "GET", "/rest/1", "fred"));
        Assert.Equal(ErrorCode.BadRemoteAddress, narrow.FindRejection(ProtocolVersion.Version4, null, "PUT", "/admin", null)?.Code);
        Assert.Equal(ErrorCode.BadMethod, narrow.FindRejection(ProtocolVersion.Version4, inside, "PUT", "/admin", null)?.Code);
        Assert.Equal(ErrorCode.BadUrl, narrow.FindRejection(ProtocolVersion.Version4, inside, "GET", "/admin", null)?.Code);
        Assert.Equal(ErrorCode.PermissionDenied, narrow.FindRejection(ProtocolVersion.Version4, inside, "GET", "/rest", null)?.Code);
        Assert.Contains("ann", narrow.FindRejection(ProtocolVersion.Version4, inside, "GET", "/rest", "ann")!.Value.Detail, StringComparison.Ordinal);
    }
}
