using TrustedApps.Conditions;
using TrustedApps.Storage;

namespace TrustedApps.Admin.Api;

/// <summary>Where an application lives.</summary>
internal sealed record PreviewBody
{
    /// <summary>The application's base URL, or the address of its certificate.</summary>
    public required string BaseUrl { get; init; }
}

/// <summary>Where an application lives, and what was compared.</summary>
internal sealed record ComparedBody
{
    /// <summary>The application's base URL, or the address of its certificate.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The fingerprints of all its signing keys and no others, plain or in groups, as the other administrator sees them.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];
}

/// <summary>A trust to add.</summary>
internal sealed record AddTrustBody
{
    /// <summary>The application's base URL, or the address of its certificate.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The fingerprints of all its signing keys and no others, plain or in groups, as the other administrator sees them.</summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>A name for people; left out, that of the certificate.</summary>
    public string? Name { get; init; }

    /// <summary>What it may do.</summary>
    public required ConditionsDocument Conditions { get; init; }

    /// <summary>What an application that speaks version 4 may do under older versions; left out, nothing.</summary>
    public LegacyDocument? Legacy { get; init; }
}

/// <summary>All that an edit sets: what is left out gets its default, and without legacy older versions end.</summary>
internal sealed record EditTrustBody
{
    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What the application may do.</summary>
    public required ConditionsDocument Conditions { get; init; }

    /// <summary>What an application that speaks version 4 may do under older versions; left out, nothing.</summary>
    public LegacyDocument? Legacy { get; init; }
}

/// <summary>A request to try conditions on.</summary>
internal sealed record TrialBody
{
    /// <summary>The conditions.</summary>
    public required ConditionsDocument Conditions { get; init; }

    /// <summary>The version spoken: 1, 2, 3, 4 or warwick.</summary>
    public required string Version { get; init; }

    /// <summary>Where the request comes from.</summary>
    public required string Address { get; init; }

    /// <summary>Its method.</summary>
    public required string Method { get; init; }

    /// <summary>Its path and query, below the path base.</summary>
    public required string Target { get; init; }

    /// <summary>The user; left out, the application itself.</summary>
    public string? User { get; init; }
}
