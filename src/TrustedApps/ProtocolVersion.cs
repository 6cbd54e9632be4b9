using System.Diagnostics.CodeAnalysis;

namespace TrustedApps;

/// <summary>A version or dialect of the protocol, as trusts, options and the command line name it.</summary>
/// <remarks>The set is closed: every value is one of the static members. Compare by reference.</remarks>
public sealed class ProtocolVersion
{
    /// <summary>Version 1: encrypted, not bound to the URL unless the consumer signs. Weak: see docs/security.md.</summary>
    public static ProtocolVersion Atlassian1 { get; } = new("1", isForgeable: true);

    /// <summary>Version 2: encrypted, the URL signed, the user not. Weak: see docs/security.md.</summary>
    public static ProtocolVersion Atlassian2 { get; } = new("2", isForgeable: true);

    /// <summary>Version 3: time, URL and user signed, nothing encrypted.</summary>
    public static ProtocolVersion Atlassian3 { get; } = new("3", isForgeable: false);

    /// <summary>The dialect of Warwick Trusted Apps: as version 3, with headers of its own.</summary>
    public static ProtocolVersion Warwick { get; } = new("warwick", isForgeable: false);

    /// <summary>Version 4, the default: everything encrypted, bound and used once, built from JOSE.</summary>
    public static ProtocolVersion Version4 { get; } = new("4", isForgeable: false);

    /// <summary>Every version there is.</summary>
    public static IReadOnlyList<ProtocolVersion> All { get; } = [Atlassian1, Atlassian2, Atlassian3, Version4, Warwick];

    private ProtocolVersion(string name, bool isForgeable) => (Name, IsForgeable) = (name, isForgeable);

    /// <summary>The name: <c>1</c>, <c>2</c>, <c>3</c>, <c>4</c> or <c>warwick</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether whoever can read a request can make another one for any user, as in versions 1 and 2: these are only
    /// for https and loopback (specification legacy.md, section 3).
    /// </summary>
    public bool IsForgeable { get; }

    /// <summary>Whether it is older than version 4, and rests on the legacy key.</summary>
    public bool IsLegacy => !ReferenceEquals(this, Version4);

    /// <summary>Finds the version of that exact name.</summary>
    /// <param name="name">A name; compared character for character.</param>
    /// <param name="version">The version, when there is one.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryParse(string? name, [NotNullWhen(true)] out ProtocolVersion? version)
    {
        version = All.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        return version is not null;
    }

    /// <summary>Finds the version of that exact name.</summary>
    /// <param name="name">A name; compared character for character.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ArgumentException">There is no version of that name.</exception>
    public static ProtocolVersion Parse(string name) => TryParse(name, out ProtocolVersion? version)
        ? version
        : throw new ArgumentException(
            $"'{name}' is not a protocol version: say one of {string.Join(", ", All.Select(known => known.Name))}.",
            nameof(name));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
