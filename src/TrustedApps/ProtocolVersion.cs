using System.Diagnostics.CodeAnalysis;
using TrustedApps.Protocols;

namespace TrustedApps;

/// <summary>A version or dialect of the protocol, as trusts, options and the command line name it.</summary>
/// <remarks>The set is closed: every value is one of the static members. Compare by reference.</remarks>
public sealed class ProtocolVersion
{
    /// <summary>
    /// Version 1: encrypted, not bound to the URL unless the consumer signs. Weak: see docs/security.md.
    /// </summary>
    public static ProtocolVersion Atlassian1 { get; } = new("1", ProtocolTraits.Encrypted, isForgeable: true);

    /// <summary>Version 2: encrypted, the URL signed, the user not. Weak: see docs/security.md.</summary>
    public static ProtocolVersion Atlassian2 { get; } = new("2", ProtocolTraits.Encrypted, isForgeable: true);

    /// <summary>Version 3: time, URL and user signed, nothing encrypted.</summary>
    public static ProtocolVersion Atlassian3 { get; } = new("3", ProtocolTraits.PlainText);

    /// <summary>The dialect of Warwick Trusted Apps: as version 3, with headers of its own.</summary>
    public static ProtocolVersion Warwick { get; } = new("warwick", ProtocolTraits.PlainText);

    /// <summary>Version 4, the default: everything encrypted, bound and used once, built from JOSE.</summary>
    public static ProtocolVersion Version4 { get; } = new("4", ProtocolTraits.SessionKey);

    /// <summary>All versions.</summary>
    public static IReadOnlyList<ProtocolVersion> All { get; } = [Atlassian1, Atlassian2, Atlassian3, Version4, Warwick];

    private ProtocolVersion(string name, ProtocolTraits traits, bool isForgeable = false) =>
        (Name, Traits, IsForgeable) = (name, traits, isForgeable);

    /// <summary>The name: <c>1</c>, <c>2</c>, <c>3</c>, <c>4</c> or <c>warwick</c>.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether an attacker who reads one request can make another for any user, as in versions 1 and 2. Such versions
    /// are for https and loopback only (specification legacy.md, section 3).
    /// </summary>
    public bool IsForgeable { get; }

    /// <summary>Whether the version is older than version 4, and uses the legacy key.</summary>
    public bool IsLegacy => Traits.UsesLegacyKey;

    /// <summary>The traits by which the version differs from the others.</summary>
    internal ProtocolTraits Traits { get; }

    /// <summary>Finds the version with exactly that name.</summary>
    /// <param name="name">A name; compared character for character.</param>
    /// <param name="version">The version, if there is one.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryParse(string? name, [NotNullWhen(true)] out ProtocolVersion? version)
    {
        version = Version4;
        for (int index = 0; index < All.Count && version.Name != name; index++) version = All[index];
        if (version.Name == name) return true;
        version = null;
        return false;
    }

    /// <summary>Finds the version with exactly that name.</summary>
    /// <param name="name">A name; compared character for character.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ArgumentException">There is no version with that name.</exception>
    public static ProtocolVersion Parse(string name) => TryParse(name, out ProtocolVersion? version)
        ? version
        : throw new ArgumentException(
            $"'{name}' is not a protocol version: say one of {string.Join(", ", All.Select(known => known.Name))}.",
            nameof(name));

    /// <inheritdoc/>
    public override string ToString() => Name;
}
