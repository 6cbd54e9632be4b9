namespace TrustedApps.Bench.Http;

/// <summary>What is asked under load: the same endpoint, protected in different ways.</summary>
internal enum Target
{
    /// <summary>No authentication at all.</summary>
    Unprotected,

    /// <summary>ASP.NET Core's machinery around a scheme that accepts everything.</summary>
    EmptyScheme,

    /// <summary>The same, asked with the requests of version 4, whose headers are long: what reading them costs, whoever looks at them.</summary>
    EmptySchemeLongHeaders,

    /// <summary>Version 4, by the authentication scheme, with the key grant in each request.</summary>
    Version4Scheme,

    /// <summary>The same with the key grant named, as requests without content usually do.</summary>
    Version4Named,

    /// <summary>The same with 1 KB of JSON for an answer.</summary>
    Version4Json,

    /// <summary>The same with a proof of each response.</summary>
    Version4JsonProven,

    /// <summary>A JWT signed with RSA-2048.</summary>
    JwtRs256,

    /// <summary>Version 4, by the middleware that takes the machinery's place.</summary>
    Version4Middleware,

    /// <summary>A JWT with a shared secret.</summary>
    JwtHs256,

    /// <summary>Version 3, by the authentication scheme.</summary>
    Version3Scheme,
}

/// <summary>The targets by name, and what is special about them.</summary>
internal static class TargetNames
{
    public static string ToName(this Target target) => target switch
    {
        Target.Unprotected => "unprotected",
        Target.EmptyScheme => "empty-scheme",
        Target.EmptySchemeLongHeaders => "empty-scheme-v4-headers",
        Target.Version4Scheme => "v4-scheme",
        Target.Version4Named => "v4-named",
        Target.Version4Json => "v4-json",
        Target.Version4JsonProven => "v4-json-proven",
        Target.Version4Middleware => "v4-middleware",
        Target.Version3Scheme => "v3-scheme",
        Target.JwtRs256 => "jwt-rs256",
        Target.JwtHs256 => "jwt-hs256",
        _ => throw new ArgumentOutOfRangeException(nameof(target)),
    };

    public static Target Parse(string name) => Enum.GetValues<Target>().Single(target => target.ToName() == name);

    public static bool NamesGrant(this Target target) => target is Target.Version4Named or Target.Version4Json or Target.Version4JsonProven;

    public static bool AnswersJson(this Target target) => target is Target.Version4Json or Target.Version4JsonProven;
}
