namespace TrustedApps.IntegrationTests;

/// <summary>An Apache httpd in front of an application, in all the ways that tests need, and what they say of its requests.</summary>
internal static class FrontedApache
{
    public const string FredsMail = "mail=fred@example.com";
    public const string NoMail = "mail=invalid_email@noreply.com";

    public static Task<FrontedApplication> StartWithCookieAsync() => FrontedApplication.StartAsync(
        options => options.Cookie = "PRE-AUTH", new UserStore("fred", "admin", "root", "jürgen", "50%41 = 1+1"));

    // Below each of these paths of the front, the application has the same pages.
    public static async Task<Apache> StartApacheAsync(FrontedApplication wiki, params string[] more)
    {
        var apache = new Apache();
        const string Basic = """
            AuthType Basic
                AuthName staff
                AuthUserFile users
                RequestHeader unset Authorization
            """;
        try
        {
            await apache.StartAsync(
                $$$"""
                ProxySourceAddress {{{FrontedApplication.FrontAddress}}}
                ProxyPass / {{{wiki.Origin}}}/
                RequestHeader unset X-User early
                RequestHeader unset MELLON_mail early
                RequestHeader unset MELLON_givenName early
                RequestHeader unset MELLON_groups early
                {{{string.Join('\n', more)}}}

                <Location /staff/>
                    {{{Basic}}}
                    Require valid-user
                    RequestHeader set X-User "expr=%{REMOTE_USER}"
                    RequestHeader set MELLON_mail fred@example.com "expr=%{REMOTE_USER} == 'fred'"
                    RequestHeader set MELLON_givenName Fred "expr=%{REMOTE_USER} == 'fred'"
                    RequestHeader set MELLON_givenName "" "expr=%{REMOTE_USER} != 'fred'"
                    RequestHeader set MELLON_groups "wiki; admins" "expr=%{REMOTE_USER} == 'fred'"
                </Location>

                <Location /careless/>
                    {{{Basic}}}
                    Require valid-user
                    RequestHeader set X-User admin
                    RequestHeader add X-User "expr=%{REMOTE_USER}"
                </Location>

                <Location /empty/>
                    RequestHeader set X-User "expr=%{REMOTE_USER}"
                </Location>

                <Location /variable/>
                    RequestHeader set X-User %{REMOTE_USER}e
                </Location>

                <Location /variable-attribute/>
                    {{{Basic}}}
                    Require valid-user
                    RequestHeader set X-User "expr=%{REMOTE_USER}"
                    RequestHeader set MELLON_mail %{MELLON_mail}e
                </Location>

                <Location /cookie/>
                    {{{Basic}}}
                    <RequireAll>
                        Require valid-user
                        Require expr "%{REMOTE_USER} !~ /;/"
                    </RequireAll>
                    RequestHeader edit* Cookie "(?i)(^|[;,])\s*PRE[^a-z0-9;,=]AUTH\s*(=[^;,]*)?(?=[;,]|$)" "$1"
                    RequestHeader add Cookie "expr=PRE-AUTH=%{escape:%{REMOTE_USER}}"
                </Location>

                <Location /careless-cookie/>
                    {{{Basic}}}
                    Require valid-user
                    RequestHeader add Cookie "expr=PRE-AUTH=%{escape:%{REMOTE_USER}}"
                </Location>
                """,
                "fred", "root", "admin", "jürgen", "50%41 = 1+1", "admin;fred", "admin,fred", "EXAMPLE\\fred", "fred@example.com", "EXAMPLE\\admin@example.com");
            return apache;
        }
        catch
        {
            await apache.DisposeAsync();
            throw;
        }
    }

    public static string Get(string path, string? name = null, params (string Name, string Value)[] headers)
    {
        var all = headers.Select(header => KeyValuePair.Create(header.Name, header.Value)).ToList();
        if (name is not null) all.Add(new("Authorization", PasswordFile.AuthorizationOf(name)));
        return RawHttp.Request($"GET {path}", "wiki.example.com", all);
    }

    public static void AssertNobody(Sight seen)
    {
        Assert.Null(seen.User);
        Assert.Empty(seen.Claims);
        Assert.Empty(seen.OfTheFront);
    }

    public static void AssertNoneSeen(FrontedApplication wiki, int requests)
    {
        Assert.Equal(requests, wiki.Seen.Length);
        Assert.All(wiki.Seen, seen => Assert.Empty(Sight.OfTheFrontAmong(seen.Headers)));
    }
}
